"""What needs care: noted without changing anything, dealt with once, by who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.consultations.domain import ModerationMode
from participation.contributions import commands as contributions
from participation.contributions.domain import ConcernKind, Visibility
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.jobs import worker
from participation.moderation import commands, queries
from participation.moderation.domain import ConcernOutcome
from participation.moderation.models import ConcernNoted
from participation.opinions import commands as opinions
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.moderation import a_voice, the_rules
from tests.support.builders.opinions import an_opinion
from tests.support.people import a_member_of_staff, a_resident, actor_of


@pytest.fixture
def told(app):
    heard: list[AuthorTold] = []
    events.subscribe(AuthorTold, heard.append)
    yield heard
    events._subscribers[AuthorTold].remove(heard.append)


def noted() -> list[ConcernNoted]:
    db.session.rollback()
    return list(db.session.scalars(select(ConcernNoted).order_by(ConcernNoted.id)))


def screener():
    return actor_of(a_member_of_staff(Role.SCREENER))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("もう死にたいです。", ConcernKind.CRY_FOR_HELP),
        ("頭がおかしい案です。", ConcernKind.OFFENSIVE),
        ("陳情します。", ConcernKind.OTHER_PROCEDURE),
        ("信号機の設置を望みます。", ConcernKind.OTHER_OFFICE),
        ("電話は090-1234-5678です。", ConcernKind.PERSONAL_DATA),
    ],
)
def test_words_alone_hide_nothing_and_refuse_nothing(app, words, kind) -> None:
    said = a_voice(a_resident(), words)
    assert [each.kind for each in noted()] == [kind]
    assert db.session.get_one(Contribution, said.id).visibility is Visibility.PUBLISHED
    assert queries.count_concerns()[kind] == 1


def test_ordinary_words_are_not_noted(app) -> None:
    a_voice(a_resident(), "夜の道が暗いので、明かりを増やしてください。")
    assert noted() == []


def test_what_is_noted_never_holds_the_words(app) -> None:
    a_voice(a_resident(), "電話は090-1234-5678です。")
    assert "1234" not in str(vars(noted()[0]))


def test_sent_guidance_reaches_the_author_and_settles_it_once(told) -> None:
    said, by = a_voice(a_resident(), "もう死にたいです。"), screener()
    (row,) = noted()
    with transaction():
        commands.send_guidance(row, "お電話ください。", by=by)
    assert [(each.contribution_id, each.text) for each in told] == [(said.id, "お電話ください。")]
    assert noted()[0].outcome is ConcernOutcome.GUIDED
    with pytest.raises(Conflict), transaction():
        commands.settle_concern(noted()[0], by=by)


def test_guidance_without_words_is_refused(told) -> None:
    a_voice(a_resident(), "もう死にたいです。")
    by = screener()
    with pytest.raises(Refused), transaction():
        commands.send_guidance(db.session.scalars(select(ConcernNoted)).one(), "  ", by=by)
    assert told == []


def test_who_wrote_it_and_who_has_no_such_role_settle_nothing(app) -> None:
    author = a_member_of_staff(Role.SCREENER)
    a_voice(author, "もう死にたいです。")
    for by in (actor_of(author), actor_of(a_resident()), actor_of(a_member_of_staff(Role.ANALYST))):
        with pytest.raises(Denied), transaction():
            commands.settle_concern(db.session.scalars(select(ConcernNoted)).one(), by=by)


def test_new_words_are_looked_at_again(app) -> None:
    said, by = a_voice(a_resident(), "陳情します。"), screener()
    with transaction():
        commands.settle_concern(db.session.scalars(select(ConcernNoted)).one(), by=by)
        contributions.revise(db.session.get_one(Contribution, said.id), "もう一度、陳情します。")
    assert [each.outcome for each in noted()] == [None]


def test_hiding_and_screening_settle_what_they_answer(app) -> None:
    rules, by = the_rules(), screener()
    said = a_voice(a_resident(), "頭がおかしい人の電話は090-1234-5678です。死にたい。")
    with transaction():
        commands.hide(db.session.get_one(Contribution, said.id), rules[0], "悪口です。", by=by)
    assert {each.kind: each.outcome for each in noted()} == {
        ConcernKind.OFFENSIVE: ConcernOutcome.DECIDED,
        ConcernKind.PERSONAL_DATA: ConcernOutcome.DECIDED,
        ConcernKind.CRY_FOR_HELP: None,
    }


def test_an_opinion_that_was_screened_no_longer_waits_for_its_personal_data(app) -> None:
    consultation = an_open_consultation(moderation=ModerationMode.HOLD_FLAGGED)
    opinion, by = an_opinion(said="電話は090-1234-5678です。", to=consultation), screener()
    assert queries.count_concerns()[ConcernKind.PERSONAL_DATA] == 1
    with transaction():
        opinions.screen_opinions([opinion], by=by)
    assert queries.count_concerns()[ConcernKind.PERSONAL_DATA] == 0


def test_what_was_withdrawn_waits_for_nobody(app) -> None:
    said = a_voice(a_resident(), "もう死にたいです。")
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said.id), Visibility.WITHDRAWN)
    assert queries.count_concerns()[ConcernKind.CRY_FOR_HELP] == 0


def urgent_mails(letters):
    worker.drain()
    return [each for each in letters if "至急" in each["subject"]]


def test_who_screens_is_written_to_at_once_of_a_cry_for_help_without_its_words(letters) -> None:
    screeners = [a_member_of_staff(Role.SCREENER) for _ in range(2)]
    a_member_of_staff(Role.EDITOR)
    said = a_voice(a_resident("つばめ"), "もう死にたいです。")
    mails = urgent_mails(letters)
    assert sorted(each["to"] for each in mails) == sorted(each.email for each in screeners)
    for each in mails:
        assert f"/desk/moderation/{said.public_id}#care" in each["body"]
        assert "死" not in each["body"]
        assert "つばめ" not in each["body"]
    with transaction():
        assert commands.tell_at_once(said.id, by=system("tests")) == 0
    assert len(urgent_mails(letters)) == 2


def test_without_anybody_who_screens_the_administrators_are_told(letters) -> None:
    admin = a_member_of_staff(Role.ADMINISTRATOR)
    a_voice(a_resident(), "もう死にたいです。")
    assert [each["to"] for each in urgent_mails(letters)] == [admin.email]


def test_what_can_wait_is_told_to_nobody_and_new_words_are_told_anew(letters) -> None:
    by = screener()
    a_voice(a_resident(), "頭がおかしい案です。")
    assert urgent_mails(letters) == []
    said = a_voice(a_resident(), "もう死にたいです。")
    assert len(urgent_mails(letters)) == 1
    with transaction():
        commands.note_concerns(said.id, by=system("tests"))
    assert len(urgent_mails(letters)) == 1, "it still waits: nobody is told twice"
    with transaction():
        commands.settle_concern(noted()[1], by=by)
    with transaction():
        contributions.revise(db.session.get_one(Contribution, said.id), "やはり死にたいです。")
    assert len(urgent_mails(letters)) == 2
    assert noted()[1].outcome is None
