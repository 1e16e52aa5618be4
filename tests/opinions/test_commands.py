"""Receiving, correcting, withdrawing, advancing: result, record and event; and many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from participation.access.actors import Role, visitor
from participation.audit.models import AuditEntry
from participation.consultations import commands as consultation_commands
from participation.consultations.domain import ConsultationStatus, ModerationMode
from participation.consultations.models import Consultation
from participation.consultations.queries import hold_procedure, list_subjects
from participation.contributions.domain import Visibility
from participation.foundation import clock as app_clock
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.ids import new_token
from participation.jobs import worker
from participation.opinions import commands, queries
from participation.opinions.domain import (
    Channel,
    OpinionStage,
    OpinionText,
    PaperDraft,
    SubmissionDraft,
    Submitter,
)
from participation.opinions.events import OpinionAdvanced, OpinionsSubmitted, OpinionWithdrawn
from participation.opinions.models import Opinion, Submission, SubmitterIdentity
from tests.conftest import Clock
from tests.support.builders.consultations import (
    STAFF,
    a_subject,
    an_open_consultation,
    close,
    phases,
)
from tests.support.builders.opinions import (
    WORDS,
    a_paper_submission,
    a_submission,
    an_opinion,
    opinions_of,
    words_of,
)
from tests.support.people import (
    a_delegate,
    a_member_of_staff,
    a_resident,
    actor_of,
    an_organisation,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every event of opinions that is announced."""
    announced: list[Any] = []
    for kind in (OpinionsSubmitted, OpinionWithdrawn, OpinionAdvanced):
        events.subscribe(kind, announced.append)
    yield announced
    for kind in (OpinionsSubmitted, OpinionWithdrawn, OpinionAdvanced):
        events._subscribers[kind].remove(announced.append)


def actions_about(target: Any) -> list[str]:
    return list(
        db.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.target_type == target.__tablename__, AuditEntry.target_id == target.id)
            .order_by(AuditEntry.id)
        )
    )


def at_once(app: Flask, count: int, act: Callable[[int], Any]) -> list[Any]:
    """Do something in so many threads at the same moment; return what each gave or raised."""
    db.session.remove()  # What this thread has read would hide what the others write.
    barrier = Barrier(count)

    def one(number: int) -> Any:
        with app.app_context():
            try:
                barrier.wait(timeout=20)
                with transaction():
                    return act(number)
            except (Refused, Denied, Conflict) as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(one, range(count)))
    db.session.remove()
    return answers


# ── Receiving ───────────────────────────────────────────────────────────────────────────────


def test_a_resident_s_submission_is_received_recorded_announced_and_waits_for_a_reader(heard) -> None:
    submission = a_submission(["一つめ", "二つめ"], by=a_resident("さくら"))
    opinions = opinions_of(submission)
    assert [opinion.number for opinion in opinions] == [1, 2]
    assert [words_of(opinion).visibility for opinion in opinions] == [Visibility.RECEIVED] * 2
    assert words_of(opinions[0]).shown_name == "さくら"
    assert opinions[0].stage is OpinionStage.RECEIVED
    assert OpinionsSubmitted(submission.id) in heard
    assert actions_about(submission) == ["opinions.submit"]


def test_the_numbers_of_a_consultation_s_opinions_go_on_and_another_begins_with_one() -> None:
    first, second = an_open_consultation(), an_open_consultation()
    assert opinions_of(a_submission(["い", "ろ"], to=first))[-1].number == 2
    assert opinions_of(a_submission(["は"], to=first))[0].number == 3
    assert opinions_of(a_submission(["に"], to=second))[0].number == 1


def test_a_member_gets_a_letter_without_the_secret(letters) -> None:
    submission = a_submission(by=a_resident())
    worker.drain()
    (letter,) = [each for each in letters if submission.receipt_number in each["subject"]]
    assert queries.secret_of(submission.receipt_number) not in letter["body"].replace("-", "")
    assert "/my/opinions" in letter["body"]


def test_an_opinion_about_something_that_is_not_asked_is_refused() -> None:
    with pytest.raises(Refused, match="一覧から選んで") as refusal:
        a_submission(about=a_subject("ほかの案件の項目"), to=an_open_consultation())
    assert refusal.value.field == "about_0"


@pytest.mark.parametrize("said", [[], [""], ["　"], ["あ" * 2001], ["あ"] * 21])
def test_nothing_too_long_or_too_many_is_refused(said: list[str]) -> None:
    with pytest.raises(Refused):
        a_submission(said)
    assert db.session.scalars(select(Submission)).all() == []


@pytest.mark.parametrize(
    ("mode", "said", "as_member", "visibility"),
    [
        (ModerationMode.PUBLISH_FIRST, WORDS, False, Visibility.PUBLISHED),
        (ModerationMode.PUBLISH_FIRST, "電話 090-1234-5678", True, Visibility.PUBLISHED),
        (ModerationMode.HOLD_NEW, WORDS, True, Visibility.PUBLISHED),
        (ModerationMode.HOLD_NEW, WORDS, False, Visibility.RECEIVED),
        (ModerationMode.HOLD_FLAGGED, WORDS, False, Visibility.PUBLISHED),
        (ModerationMode.HOLD_FLAGGED, "電話 090-1234-5678", True, Visibility.HELD),
        (ModerationMode.HOLD_ALL, WORDS, True, Visibility.RECEIVED),
        (ModerationMode.HOLD_ALL, "電話 090-1234-5678", True, Visibility.HELD),
    ],
)
def test_the_consultation_decides_whether_an_opinion_is_public_at_once(
    mode: ModerationMode, said: str, as_member: bool, visibility: Visibility
) -> None:
    consultation = an_open_consultation(moderation=mode)
    opinion = an_opinion(to=consultation, said=said, by=a_resident() if as_member else None)
    assert words_of(opinion).visibility is visibility


def test_somebody_may_stay_anonymous_and_an_association_is_shown_by_its_name() -> None:
    association = an_organisation("みどり通り商店会")
    delegate = a_delegate(association)
    as_group = a_submission(by=delegate, organisation=association.public_id)
    hidden = a_submission(["べつの意見"], by=delegate, shows_name=False)
    assert words_of(opinions_of(as_group)[0]).shown_name == "みどり通り商店会"
    assert words_of(opinions_of(hidden)[0]).shown_name == ""


def test_only_a_delegate_speaks_for_an_association() -> None:
    association = an_organisation()
    with pytest.raises(Refused, match="担当者として登録されていません"):
        a_submission(by=a_resident(), organisation=association.public_id)


# ── On paper ────────────────────────────────────────────────────────────────────────────────


def test_paper_keeps_the_day_of_arrival_the_postmark_and_the_day_of_entry_apart() -> None:
    officer = a_member_of_staff(Role.OFFICER)
    today = app_clock.today()
    submission = a_paper_submission(
        by=actor_of(officer),
        received_on=today - timedelta(days=2),
        postmarked_on=today - timedelta(days=4),
        original_number="郵-12",
        was_read_back=True,
    )
    assert submission.received_at == app_clock.start_of(today - timedelta(days=2))
    assert submission.postmarked_on == today - timedelta(days=4)
    assert submission.entered_at == app_clock.now()
    assert submission.entered_by_id == officer.id
    assert words_of(opinions_of(submission)[0]).said_at == submission.received_at
    assert actions_about(submission) == ["opinions.record_paper"]


@pytest.mark.parametrize(
    ("counts_postmark", "postmarked_days_ago", "late"),
    [(False, 3, True), (True, 3, False), (True, 1, False), (True, 0, True), (True, None, True)],
)
def test_paper_that_comes_after_the_deadline_is_kept_and_flagged(
    counts_postmark: bool, postmarked_days_ago: int | None, late: bool, clock: Clock
) -> None:
    consultation = an_open_consultation(spans=phases(-30, 1), counts_postmark=counts_postmark)
    clock.advance(timedelta(days=1))
    close(consultation)
    today = app_clock.today()
    ago = postmarked_days_ago
    submission = a_paper_submission(
        to=consultation,
        received_on=today,
        postmarked_on=None if ago is None else today - timedelta(days=ago),
    )
    assert submission.is_late is late


def test_a_class_that_hands_in_together_counts_each_child() -> None:
    submission = a_paper_submission(["い", "ろ"], channel=Channel.SCHOOL, people_count=24)
    tally = queries.count_for_consultation(submission.consultation_id)
    assert (tally.people, tally.submissions, tally.opinions) == (24, 1, 2)


def test_paper_may_be_longer_than_the_form_on_the_web() -> None:
    assert a_paper_submission(["あ" * 4000]).id


@pytest.mark.parametrize(
    ("days", "postmark", "field"),
    [(1, None, "received_on"), (0, 1, "postmarked_on"), (-40, None, "received_on")],
)
def test_impossible_days_are_refused_at_their_field(days: int, postmark: int | None, field: str) -> None:
    today = app_clock.today()
    with pytest.raises(Refused) as refusal:
        a_paper_submission(
            received_on=today + timedelta(days=days),
            postmarked_on=today + timedelta(days=postmark) if postmark else None,
        )
    assert refusal.value.field == field


# ── Afterwards ──────────────────────────────────────────────────────────────────────────────


def test_rewriting_keeps_the_former_words_and_looks_for_personal_data_again() -> None:
    person = a_resident()
    opinion = an_opinion(by=person, said="はじめの文章")
    procedure = hold_procedure(_code_of(opinion))
    with transaction():
        commands.revise_opinion(opinion, "電話は090-1234-5678", procedure, holds=True, by=actor_of(person))
    said = words_of(opinion)
    assert (said.body, said.revision, said.visibility) == ("電話は090-1234-5678", 1, Visibility.HELD)
    assert opinion.flags == ["telephone"]
    assert actions_about(opinion) == ["opinions.revise"]


def test_withdrawing_leaves_a_tombstone_and_is_announced(heard) -> None:
    person = a_resident()
    submission = a_submission(["残る", "消える"], by=person)
    kept, gone = opinions_of(submission)
    with transaction():
        commands.withdraw_opinion(gone, "", holds=True, by=actor_of(person))
    assert words_of(gone).visibility is Visibility.WITHDRAWN
    assert OpinionWithdrawn(gone.id) in heard
    assert db.session.get_one(Submission, submission.id).withdrawn_at is None
    with pytest.raises(Conflict), transaction():
        commands.withdraw_opinion(gone, "", holds=True, by=actor_of(person))
    with transaction():
        commands.withdraw_opinion(kept, "", holds=True, by=actor_of(person))
    assert db.session.get_one(Submission, submission.id, populate_existing=True).withdrawn_at is not None


def test_staff_withdraw_only_with_the_reason_that_the_author_asked() -> None:
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    opinion = an_opinion()
    with pytest.raises(Refused, match="理由の欄"), transaction():
        commands.withdraw_opinion(opinion, " ", by=screener)
    with transaction():
        commands.withdraw_opinion(opinion, "11月20日に電話で", by=screener)
    assert words_of(opinion).visibility_reason == "11月20日に電話で"


@pytest.mark.parametrize(
    ("mode", "visibility"),
    [
        (ModerationMode.HOLD_ALL, Visibility.RECEIVED),
        (ModerationMode.HOLD_NEW, Visibility.PUBLISHED),
        (ModerationMode.HOLD_FLAGGED, Visibility.PUBLISHED),
    ],
)
def test_screening_publishes_at_once_only_where_the_consultation_says_so(mode, visibility, heard) -> None:
    opinion = an_opinion(to=an_open_consultation(moderation=mode), said="電話 090-1234-5678")
    with transaction():
        commands.screen_opinions([opinion], by=STAFF)
    assert words_of(opinion).visibility is visibility
    assert opinion.stage is OpinionStage.SCREENED
    assert OpinionAdvanced(opinion.id, OpinionStage.SCREENED) in heard


def test_the_result_publishes_what_was_screened_and_nothing_else() -> None:
    consultation = an_open_consultation()
    screened, unread = an_opinion(to=consultation), an_opinion(to=consultation, said="まだ読まれていない")
    with transaction():
        commands.screen_opinions([screened], by=STAFF)
        commands.publish_opinions([screened, unread], by=STAFF)
    assert words_of(screened).visibility is Visibility.PUBLISHED
    assert words_of(unread).visibility is Visibility.RECEIVED


def test_an_answered_opinion_does_not_go_back() -> None:
    opinion = an_opinion()
    with transaction():
        commands.advance_opinions([opinion], OpinionStage.GROUPED, by=STAFF)
        commands.advance_opinions([opinion], OpinionStage.SCREENED, by=STAFF)
        commands.note_answer(opinion.contribution_id, "/points/abc", by=STAFF)
    assert (opinion.stage, opinion.answer_path) == (OpinionStage.ANSWERED, "/points/abc")
    with pytest.raises(Conflict), transaction():
        commands.advance_opinions([opinion], OpinionStage.CONSIDERED, by=STAFF)


def test_name_and_address_are_sealed_and_every_look_is_recorded_with_its_reason() -> None:
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    submission = a_submission(submitter=Submitter("架空 花子", "目黒区架空1-2-3"))
    sealed = db.session.scalars(select(SubmitterIdentity.sealed)).one()
    assert "架空".encode() not in sealed
    with pytest.raises(Refused), transaction():
        commands.look_at_identity(submission, " ", by=screener)
    with transaction():
        seen = commands.look_at_identity(submission, "重複の確認", by=screener)
    assert seen == Submitter("架空 花子", "目黒区架空1-2-3")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.changes, entry.person_id) == (
        "opinions.look_at_identity",
        {"reason": "重複の確認"},
        screener.person_id,
    )


def test_no_record_of_the_audit_trail_holds_words_names_or_addresses() -> None:
    a_submission(["ひみつの文章"], submitter=Submitter("架空 花子", "架空の住所"))
    written = str([entry.changes for entry in db.session.scalars(select(AuditEntry))])
    assert not re.search("ひみつ|架空", written)


# ── Many at once ────────────────────────────────────────────────────────────────────────────


def test_twenty_replays_of_one_submission_give_one_record_and_the_same_receipt(app: Flask) -> None:
    consultation = an_open_consultation()
    code, about = consultation.code, list_subjects(consultation.id)[0].public_id
    actor, draft = visitor(new_token()), SubmissionDraft((OpinionText(about, WORDS),))

    def send(_number: int) -> str:
        return commands.submit_opinions(hold_procedure(code), draft, by=actor).receipt_number

    assert len(set(at_once(app, 20, send))) == 1
    assert len(db.session.scalars(select(Submission)).all()) == 1
    assert [opinion.number for opinion in db.session.scalars(select(Opinion))] == [1]


def test_twenty_people_at_once_get_twenty_receipts_and_numbers_without_gaps(app: Flask) -> None:
    consultation = an_open_consultation()
    code, about = consultation.code, list_subjects(consultation.id)[0].public_id

    def send(number: int) -> str:
        draft = SubmissionDraft(
            (OpinionText(about, f"意見{number}"), OpinionText(about, f"もう一つ{number}"))
        )
        return commands.submit_opinions(
            hold_procedure(code), draft, by=visitor(f"guest-{number}")
        ).receipt_number

    assert len(set(at_once(app, 20, send))) == 20
    numbers = db.session.scalars(select(Opinion.number).order_by(Opinion.number)).all()
    assert list(numbers) == list(range(1, 41))
    assert queries.count_for_consultation(consultation.id).in_words() == "20人から40件"


def test_closing_among_twenty_submissions_leaves_none_received_after_it(app: Flask) -> None:
    consultation = an_open_consultation()
    code, about = consultation.code, list_subjects(consultation.id)[0].public_id

    def act(number: int) -> str:
        if number == 10:
            held = db.session.scalars(select(Consultation).where(Consultation.code == code)).one()
            consultation_commands.close_consultation(held, by=STAFF)
            return "closed"
        draft = SubmissionDraft((OpinionText(about, f"意見{number}"),))
        commands.submit_opinions(hold_procedure(code), draft, by=visitor(f"guest-{number}"))
        return "received"

    answers = at_once(app, 20, act)
    assert answers.count("closed") == 1
    assert all(isinstance(answer, Denied) or answer in ("closed", "received") for answer in answers)
    assert len(db.session.scalars(select(Submission)).all()) == answers.count("received")
    assert db.session.get_one(Consultation, consultation.id).status is ConsultationStatus.CLOSED_PREPARING


def test_paper_is_entered_by_two_at_once_without_a_shared_number(app: Flask) -> None:
    consultation = an_open_consultation()
    code, about = consultation.code, list_subjects(consultation.id)[0].public_id
    officer = actor_of(a_member_of_staff(Role.OFFICER))

    def enter(number: int) -> str:
        draft = PaperDraft(Channel.FAX, app_clock.today(), (OpinionText(about, f"紙{number}"),))
        return commands.record_paper_submission(hold_procedure(code), draft, by=officer).receipt_number

    assert len(set(at_once(app, 8, enter))) == 8


def _code_of(opinion: Opinion) -> str:
    return db.session.get_one(Consultation, opinion.consultation_id).code
