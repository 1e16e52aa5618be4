"""Bundles of the same words: proposed by a machine, confirmed by a person; a reason somebody added is never folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from participation.access.actors import Actor, Role, system, visitor
from participation.consultations.models import Consultation
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.jobs import long_runs
from participation.jobs.worker import drain
from participation.opinions import commands as opinions
from participation.opinions import queries as said
from participation.opinions.domain.wording import BundledAs
from participation.opinions.models import Opinion
from participation.replies import commands
from participation.replies.domain import BundleStatus
from participation.replies.models import LeadingText
from participation.replies.queries import bundles, gathering, one_point
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, an_opinion
from tests.support.builders.replies import a_point, an_editor
from tests.support.people import a_member_of_staff, actor_of

CAMPAIGN = "公園の再整備計画に反対します。木を切らず、今ある広場を残してください。"
TYPO = "公園の再整備計画に反対します。木を切らず、今ある広場を残して下さいね。"
ADDED = CAMPAIGN + "毎朝この木陰で体操をしている母が、行くところを失ってしまいます。"
OPPOSED = "公園の再整備計画に賛成します。木を切らず、今ある広場を残してください。"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return an_open_consultation()


@pytest.fixture
def said_by_many(consultation: Consultation) -> list[Opinion]:
    texts = [CAMPAIGN, CAMPAIGN, CAMPAIGN + "　", TYPO, ADDED, OPPOSED, "図書館の席を増やしてください。"]
    return [an_opinion(said=text, to=consultation) for text in texts]


def search(consultation: Consultation) -> list[bundles.BundleRow]:
    found, last = bundles.find_bundles(consultation.id)
    with transaction():
        commands.propose_bundles(consultation.code, found, last, by=system("tests"))
    return listed(consultation)


def listed(
    consultation: Consultation, status: BundleStatus = BundleStatus.PROPOSED
) -> list[bundles.BundleRow]:
    return bundles.list_bundles(consultation.id, status, Edge()).items


def confirmed(consultation: Consultation) -> str:
    (row,) = search(consultation)
    with transaction():
        commands.confirm_bundle(row.public_id, by=an_editor())
    return row.public_id


def unsorted(consultation: Consultation) -> list[tuple[int, int]]:
    page = gathering.list_unsorted(consultation.id, Edge())
    return [(row.number, row.same_count) for row in page.items]


def test_the_same_the_nearly_same_the_added_and_the_opposite_are_told_apart(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    (row,) = search(consultation)
    assert row.counts == {
        BundledAs.SAME: 3,
        BundledAs.NEAR: 1,
        BundledAs.ADDED: 1,
        BundledAs.OPPOSED: 1,
    }
    assert row.in_words == "同文 4件・4人（うち、ほぼ同文 1件）"


def test_people_are_counted_as_everywhere_a_class_is_as_many_as_it_is(
    consultation: Consultation, queries_of: Callable[[Callable[[], object]], int]
) -> None:
    near = CAMPAIGN.replace("ください。", "くださいね。")
    resident = visitor("one who says it twice")
    a_paper_submission([CAMPAIGN, near, "図書館の席を増やしてください。"], to=consultation, people_count=24)
    a_paper_submission([CAMPAIGN], to=consultation, organisation_name="さくら坂町会", people_count=300)
    for text in (CAMPAIGN, near):
        an_opinion(said=text, to=consultation, by=resident)
    a_paper_submission([ADDED], to=consultation, people_count=30)
    (row,) = search(consultation)
    assert (row.folded, row.people) == (5, 24 + 1 + 1)
    assert row.in_words == "同文 5件・26人（うち、ほぼ同文 2件）"
    assert bundles.get_bundle(row.public_id).row.people == 26
    assert queries_of(lambda: listed(consultation)) <= 3
    tally = said.count_for_consultation(consultation.id)
    assert tally.people + tally.organisations == row.people + 30


def test_another_number_stands_beside_and_keeps_its_words_marked(consultation: Consultation) -> None:
    words = CAMPAIGN + "夜は{}時まで開けてください。"
    for hour in (8, 8, 10):
        an_opinion(said=words.format(hour), to=consultation)
    (row,) = search(consultation)
    assert row.counts == {BundledAs.SAME: 2, BundledAs.OPPOSED: 1}
    assert row.beside == [("言葉は似て、立場や中身が違う", 1)]
    first = bundles.get_bundle(row.public_id).members.items[0]
    assert (first.body, first.relation) == (words.format(10), BundledAs.OPPOSED)
    assert any("10" in text for text, kind in first.parts if kind)


def test_until_a_person_confirms_nothing_is_folded(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    search(consultation)
    assert unsorted(consultation) == [(n, 1) for n in range(1, 8)]


def test_confirmed_they_are_one_row_and_what_somebody_added_stands_by_itself(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    assert unsorted(consultation) == [(1, 4), (5, 1), (6, 1), (7, 1)]
    shown = bundles.get_bundle(public_id)
    added = next(each for each in shown.members.items if each.relation is BundledAs.ADDED)
    assert "".join(words for words, kind in added.parts if kind) == ADDED.removeprefix(CAMPAIGN)


def test_a_bundle_changes_none_of_the_four_counts(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    before = said.count_for_consultation(consultation.id)
    confirmed(consultation)
    assert said.count_for_consultation(consultation.id) == before
    assert (before.opinions, before.distinct_texts) == (7, 5)


def test_of_a_proposal_only_the_ticked_ones_are_bundled_and_the_others_are_asked_again(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    (row,) = search(consultation)
    first, second = said_by_many[:2]
    with transaction():
        assert (
            commands.confirm_bundle(row.public_id, [first.public_id, second.public_id], by=an_editor()) == 2
        )
    assert unsorted(consultation)[:2] == [(1, 2), (3, 1)]
    search(consultation)
    (again,) = listed(consultation, BundleStatus.CONFIRMED)
    assert again.waiting == 2


def test_what_came_later_in_the_same_words_waits_in_the_bundle_until_it_is_confirmed(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    an_opinion(said=CAMPAIGN, to=consultation)
    assert search(consultation) == []
    assert unsorted(consultation)[-1] == (8, 1)
    with transaction():
        commands.confirm_bundle(public_id, by=an_editor())
    assert unsorted(consultation)[0] == (1, 5)


def test_what_was_refused_is_not_proposed_again(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    (row,) = search(consultation)
    with transaction():
        commands.refuse_bundle(row.public_id, by=an_editor())
    assert search(consultation) == []
    with pytest.raises(Conflict), transaction():
        commands.confirm_bundle(row.public_id, by=an_editor())


def test_what_is_taken_out_stands_by_itself_and_another_one_leads(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    with transaction():
        commands.take_from_bundle(public_id, [said_by_many[0].public_id], by=an_editor())
    assert unsorted(consultation)[:2] == [(1, 1), (2, 3)]
    assert bundles.get_bundle(public_id).row.head_number == 2
    assert search(consultation) == []


def test_words_that_changed_since_are_not_in_the_bundle_any_more(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    confirmed(consultation)
    with transaction():
        db.session.get_one(Opinion, said_by_many[1].id).text_key = "other words"
    assert unsorted(consultation)[:2] == [(1, 3), (2, 1)]


def test_what_its_author_took_back_is_not_counted_in_the_bundle(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    with transaction():
        opinions.withdraw_opinion(said_by_many[1], "電話で頼まれた", by=system("tests"))
    assert unsorted(consultation)[0] == (1, 3)
    assert bundles.get_bundle(public_id).row.folded == 3


def test_ticking_a_bundle_means_all_that_it_folds(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    ids = bundles.opinions_ticked([f"bundle:{public_id}", said_by_many[6].public_id])
    assert set(ids) == {said_by_many[n].public_id for n in (0, 1, 2, 3, 6)}
    point = a_point([said_by_many[0], said_by_many[1], said_by_many[4]])
    members = gathering.list_members(point.id, Edge()).items
    assert [(each.number, each.same_count) for each in members] == [(1, 2), (5, 1)]
    assert one_point.get_written_point(point.public_id, system("tests")).count.opinions == 3


def test_a_small_consultation_is_looked_through_at_once(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    with transaction():
        assert commands.ask_for_bundles(consultation.code, by=an_editor()) == 1
    state = bundles.get_search(consultation.id)
    assert (state.is_unfinished, state.waiting, state.newer) == (False, 1, 0)
    assert not bundles.list_searches(consultation.id)
    an_opinion(to=consultation)
    assert bundles.get_search(consultation.id).newer == 1


def test_a_large_one_in_the_background_and_never_before_a_letter(
    consultation: Consultation, said_by_many: list[Opinion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.replies.commands.bundling.AT_ONCE", 3)
    with transaction():
        assert commands.ask_for_bundles(consultation.code, by=an_editor()) is None
    with transaction(), pytest.raises(Refused):
        commands.ask_for_bundles(consultation.code, by=an_editor())
    drain()
    assert bundles.get_search(consultation.id).is_unfinished
    long_runs.work_off()
    state = bundles.get_search(consultation.id)
    assert (state.is_unfinished, state.waiting, state.newer) == (False, 1, 0)
    assert bundles.list_searches(consultation.id)[0].result == {"bundles": 1}


def test_killed_in_the_middle_it_goes_on_with_the_index_and_what_was_decided_meanwhile_stands(
    consultation: Consultation, said_by_many: list[Opinion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.replies.commands.bundling.AT_ONCE", 3)
    monkeypatch.setattr("participation.replies.queries.bundles.PORTION", 3)
    with transaction():
        commands.ask_for_bundles(consultation.code, by=an_editor())
    remember = commands.remember_texts

    def die_at_the_second(key: int, ids: Sequence[int], *, by: Actor) -> int:
        if min(ids) > said_by_many[2].id:
            raise SystemExit  # As kill -9 would: nothing is written any more.
        return remember(key, ids, by=by)

    monkeypatch.setattr(commands, "remember_texts", die_at_the_second)
    run = long_runs.claim()
    assert run is not None
    with pytest.raises(SystemExit):
        long_runs.perform(run)
    monkeypatch.setattr(commands, "remember_texts", remember)
    (row,) = listed(consultation)
    with transaction():
        commands.confirm_bundle(row.public_id, by=an_editor())
    assert long_runs.release(run)
    long_runs.work_off()
    assert listed(consultation) == []
    (kept,) = listed(consultation, BundleStatus.CONFIRMED)
    assert (kept.folded, kept.waiting) == (4, 0)
    remembered = set(db.session.scalars(select(LeadingText.text_key)))
    assert remembered == {each.text_key for each in said_by_many if each is not said_by_many[-1]}


def test_nobody_bundles_without_the_right_or_without_a_tick(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    (row,) = search(consultation)
    auditor = actor_of(a_member_of_staff(Role.AUDITOR))
    with pytest.raises(Denied), transaction():
        commands.confirm_bundle(row.public_id, by=auditor)
    with pytest.raises(Refused), transaction():
        commands.confirm_bundle(row.public_id, [], by=an_editor())


def test_two_bundles_are_put_together_and_one_is_split(
    consultation: Consultation, said_by_many: list[Opinion]
) -> None:
    public_id = confirmed(consultation)
    first = [said_by_many[number].public_id for number in (0, 1)]
    with transaction(), pytest.raises(Refused, match="2件以上"):
        commands.split_bundle(public_id, first[:1], by=an_editor())
    with transaction():
        new = commands.split_bundle(public_id, first, by=an_editor()).public_id
    rows = {row.public_id: row.folded for row in listed(consultation, BundleStatus.CONFIRMED)}
    assert rows == {public_id: 2, new: 2}
    with transaction(), pytest.raises(Refused, match="合わせる先"):
        commands.join_bundles(new, new, by=an_editor())
    with transaction():
        commands.join_bundles(new, public_id, by=an_editor())
    (row,) = listed(consultation, BundleStatus.CONFIRMED)
    assert (row.public_id, row.folded) == (public_id, 4)
    assert row.in_words.startswith("同文 4件・4人")
