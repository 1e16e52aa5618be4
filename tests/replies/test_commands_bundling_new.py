"""What comes is compared with the few texts that it meets, and proposed for the bundle of the one it is like."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from participation.access.actors import Role, system
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.foundation.paging import Edge
from participation.jobs import long_runs
from participation.jobs.models import OutboxRow
from participation.jobs.worker import drain
from participation.opinions.domain.wording import BundledAs
from participation.replies import commands
from participation.replies.domain import BundleStatus
from participation.replies.models import BundledOpinion, LeadingText, TextBand
from participation.replies.queries import bundles
from participation.replies.subscribers import PAUSE
from tests.replies.test_commands_bundling import ADDED, CAMPAIGN, OPPOSED, TYPO
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import an_editor
from tests.support.people import a_member_of_staff, actor_of

#: The campaign with a slip of the pen.
SLIP = CAMPAIGN.replace("計画に", "計画には")


@pytest.fixture
def consultation(app):
    return an_open_consultation()


def let_pass(clock):
    clock.advance(PAUSE)
    while drain():
        clock.advance(PAUSE)
    db.session.rollback()


def listed(consultation, status=BundleStatus.PROPOSED):
    return bundles.list_bundles(consultation.id, status, Edge()).items


def test_what_comes_is_found_a_moment_later_by_itself(consultation, clock):
    first = an_opinion(said=CAMPAIGN, to=consultation)
    let_pass(clock)
    assert listed(consultation) == []
    for text in (
        CAMPAIGN + "　",
        CAMPAIGN,
        SLIP,
        TYPO,
        ADDED,
        OPPOSED,
        "図書館の席を増やしてほしいと思っている人は多いです。",
        "🙂",
    ):
        an_opinion(said=text, to=consultation)
    waiting = db.session.scalar(
        select(func.count()).where(OutboxRow.kind == "replies.bundle_new", OutboxRow.done_at.is_(None))
    )
    assert waiting == 1
    let_pass(clock)
    (row,) = listed(consultation)
    assert row.head_number == first.number
    assert row.counts == {BundledAs.SAME: 3, BundledAs.NEAR: 2, BundledAs.ADDED: 1, BundledAs.OPPOSED: 1}
    assert row.in_words == "同文 5件・5人（うち、ほぼ同文 2件）"
    assert bundles.get_search(consultation.id).newer == 0


def test_it_joins_a_bundle_that_people_confirmed_and_waits_there(consultation, clock):
    for _ in range(2):
        an_opinion(said=CAMPAIGN, to=consultation)
    let_pass(clock)
    (row,) = listed(consultation)
    with transaction():
        commands.confirm_bundle(row.public_id, by=an_editor())
    an_opinion(said=SLIP, to=consultation)
    let_pass(clock)
    (kept,) = listed(consultation, BundleStatus.CONFIRMED)
    assert (kept.public_id, kept.waiting) == (row.public_id, 1)


def test_many_are_done_in_portions_and_twice_does_no_harm(consultation, clock, monkeypatch):
    monkeypatch.setattr("participation.replies.subscribers.PORTION", 2)
    commands_bundle = commands.bundle_new_texts
    monkeypatch.setattr(commands, "bundle_new_texts", lambda key, *, by: commands_bundle(key, most=2, by=by))
    for _ in range(5):
        an_opinion(said=CAMPAIGN, to=consultation)
    let_pass(clock)
    (row,) = listed(consultation)
    assert row.folded == 5
    with transaction():
        assert commands_bundle(consultation.id, by=system("tests")) == 0
    assert db.session.scalar(select(func.count()).select_from(BundledOpinion)) == 5


def test_a_search_of_all_leaves_an_index_in_which_later_texts_are_found(consultation, clock):
    an_opinion(said=CAMPAIGN, to=consultation)
    with transaction():
        commands.ask_for_bundles(consultation.code, by=an_editor())
    long_runs.work_off()
    assert db.session.scalar(select(func.count()).select_from(LeadingText)) == 1
    an_opinion(said=SLIP, to=consultation)
    let_pass(clock)
    (row,) = listed(consultation)
    assert row.counts == {BundledAs.SAME: 1, BundledAs.NEAR: 1}


def test_the_next_text_costs_few_questions_however_many_are_there(consultation, clock):
    for number in range(30):
        an_opinion(
            said=f"公園の{number}番目の入り口に、車いすで通れる幅の門を作ってください。", to=consultation
        )
    let_pass(clock)
    an_opinion(said="まったく別の話として、図書館の開館時間を夜9時までにのばしてください。", to=consultation)
    asked = []
    listener = lambda *_: asked.append(1)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        with transaction():
            assert commands.bundle_new_texts(consultation.id, by=system("tests")) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    assert len(asked) < 12


def test_erased_words_are_in_no_index(consultation, clock):
    opinion = an_opinion(said=CAMPAIGN, to=consultation)
    let_pass(clock)
    with transaction():
        events.publish(VisibilityChanged(opinion.contribution_id, Visibility.PUBLISHED, Visibility.ERASED))
    assert db.session.scalar(select(func.count()).select_from(TextBand)) == 0


def test_only_the_machine_proposes(consultation):
    editor = actor_of(a_member_of_staff(Role.EDITOR))
    with transaction(), pytest.raises(Denied):
        commands.bundle_new_texts(consultation.id, by=editor)


def test_how_a_bundle_came_in_is_told_without_addresses(consultation, clock):
    for number in range(8):
        an_opinion(said=CAMPAIGN, to=consultation)
        if number < 6:
            clock.advance(timedelta(minutes=2))
        else:
            clock.advance(timedelta(days=2))
    let_pass(clock)
    (row,) = listed(consultation)
    found = bundles.arrivals_of(bundles.get_bundle(row.public_id).bundle)
    assert [burst.count for burst in found.bursts] == [7]
    assert (found.most_from_one, found.senders_of_several) == (1, 0)
    assert found.ways.endswith(" 8件")
