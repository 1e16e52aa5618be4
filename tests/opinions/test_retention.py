"""Names and addresses go when they have served; nothing goes before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from participation.access.actors import system
from participation.consultations.domain import ConsultationKind, ConsultationStatus
from participation.consultations.models import Consultation
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.jobs import retention
from participation.opinions import commands
from participation.opinions.domain import OpinionStage, Submitter
from participation.opinions.models import Opinion, ReceiptGuess, Submission, SubmitterIdentity
from tests.conftest import Clock
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_submission

BY = system("tests")
YEAR = timedelta(days=365)

pytestmark = pytest.mark.usefixtures("app")


def handed_in(**says: object) -> Submission:
    """A submission with a name and an address."""
    return a_submission(
        to=an_open_consultation(**says),
        submitter=Submitter(name="坂野 みどり（架空）", address="目黒区（架空）"),
    )


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SubmitterIdentity)) or 0


def result_published(submission: Submission, days_ago: int) -> None:
    with transaction():
        db.session.execute(
            update(Consultation)
            .where(Consultation.id == submission.consultation_id)
            .values(
                status=ConsultationStatus.RESULT_PUBLISHED,
                result_published_on=app_clock.today() - timedelta(days=days_ago),
            )
        )


def test_a_name_goes_a_year_after_the_result_and_not_a_day_before(clock: Clock) -> None:
    submission = handed_in()
    result_published(submission, 0)
    clock.advance(YEAR)
    retention.forget_old()
    assert kept() == 1
    clock.advance(timedelta(days=1))
    retention.forget_old()
    assert kept() == 0
    assert db.session.get_one(Submission, submission.id).receipt_number == submission.receipt_number


def test_the_ward_says_how_long(clock: Clock, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "IDENTITY_KEPT_DAYS", 30)
    result_published(handed_in(), 0)
    clock.advance(timedelta(days=31))
    retention.forget_old()
    assert kept() == 0


def test_before_the_result_every_name_is_kept(clock: Clock) -> None:
    handed_in()
    clock.advance(5 * YEAR)
    retention.forget_old()
    assert kept() == 1


def test_in_a_call_that_never_closes_a_name_goes_a_year_after_the_answer(clock: Clock) -> None:
    submission = handed_in(kind=ConsultationKind.RESIDENTS_VOICE)
    clock.advance(2 * YEAR)
    retention.forget_old()
    assert kept() == 1, "nobody has answered yet"
    with transaction():
        opinions = db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)).all()
        commands.advance_opinions(opinions, OpinionStage.ANSWERED, by=BY)
    clock.advance(YEAR)
    retention.forget_old()
    assert kept() == 1
    clock.advance(timedelta(days=1))
    retention.forget_old()
    assert kept() == 0


def test_what_was_withdrawn_whole_keeps_its_name_no_longer_than_that(clock: Clock) -> None:
    submission = handed_in()
    with transaction():
        for opinion in db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)):
            commands.withdraw_opinion(opinion, holds=True, by=BY)
    clock.advance(YEAR + timedelta(days=1))
    retention.forget_old()
    assert kept() == 0


def test_wrong_secrets_are_forgotten_after_ninety_days(clock: Clock) -> None:
    with transaction():
        db.session.add(ReceiptGuess(receipt_number="M26-AAAA-AA", network_hash="a", at=app_clock.now()))
    clock.advance(timedelta(days=90))
    retention.forget_old()
    assert db.session.scalar(select(func.count()).select_from(ReceiptGuess)) == 1
    clock.advance(timedelta(seconds=1))
    retention.forget_old()
    assert db.session.scalar(select(func.count()).select_from(ReceiptGuess)) == 0
