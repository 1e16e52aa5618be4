"""Publishing at a set time: one approver plans, another confirms, the clock does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import system
from participation.audit.models import AuditEntry
from participation.consultations.domain import ConsultationStatus
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.jobs.worker import drain
from participation.replies import commands
from participation.replies.models import PlannedPublication, ResultPublication
from participation.replies.queries import plans
from tests.support.builders.consultations import an_open_consultation, close
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, an_approver, approved, the_schemes


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def decided(*, is_closed=True):
    """A consultation whose only point was decided on."""
    consultation = an_open_consultation()
    approved(a_point([an_opinion(to=consultation)]))
    return close(consultation) if is_closed else consultation


def plan(consultation, *, hours=20, is_interim=False, by=None):
    with transaction():
        return commands.plan_results(
            consultation.code,
            app_clock.now() + timedelta(hours=hours),
            is_interim=is_interim,
            note="予約した公表です。",
            by=by or an_approver(),
        )


def confirm(planned, by=None):
    with transaction():
        return commands.confirm_plan(planned.public_id, by=by or an_approver())


def results():
    return db.session.scalars(select(ResultPublication)).all()


def again(planned):
    return db.session.get_one(PlannedPublication, planned.id, populate_existing=True)


def test_a_confirmed_plan_is_published_when_its_time_has_come_and_not_before(clock):
    consultation = decided()
    planned = confirm(plan(consultation))
    clock.advance(timedelta(hours=19, minutes=59))
    drain()
    assert results() == []
    clock.advance(timedelta(minutes=1))
    drain()
    (result,) = results()
    assert (result.is_interim, result.note, result.reply_count) == (False, "予約した公表です。", 1)
    assert result.published_by_id == again(planned).confirmed_by_id
    db.session.refresh(consultation)
    assert consultation.status is ConsultationStatus.RESULT_PUBLISHED
    drain()
    assert len(results()) == 1


def test_without_a_second_person_nothing_is_published(clock):
    plan(decided())
    clock.advance(timedelta(days=2))
    drain()
    assert results() == []


def test_whoever_planned_may_not_confirm(app):
    by = an_approver()
    planned = plan(decided(), by=by)
    with pytest.raises(Denied, match="自分では確かめられません"):
        confirm(planned, by=by)
    assert again(planned).confirmed_at is None


def test_a_plan_in_the_past_or_a_second_plan_is_refused(app):
    consultation = decided()
    with pytest.raises(Refused, match="今より先"):
        plan(consultation, hours=0)
    plan(consultation)
    with pytest.raises(Conflict, match="もう公表の予約があります"):
        plan(consultation)


def test_what_is_not_ready_cannot_be_planned(app):
    consultation = an_open_consultation()
    a_point([an_opinion(to=consultation)])
    with pytest.raises(Refused, match="募集を終えてから"):
        plan(consultation)
    with pytest.raises(Refused, match="決裁が済んで"):
        plan(consultation, is_interim=True)


def test_an_interim_result_is_planned_while_opinions_still_come(clock):
    consultation = decided(is_closed=False)
    confirm(plan(consultation, is_interim=True))
    clock.advance(timedelta(hours=20))
    drain()
    (result,) = results()
    assert result.is_interim
    db.session.refresh(consultation)
    assert consultation.status is ConsultationStatus.OPEN


def test_a_change_after_planning_refuses_the_confirmation_and_the_publication(clock):
    consultation = decided(is_closed=False)
    planned = plan(consultation, is_interim=True)
    approved(a_point([an_opinion(to=consultation)]))
    with pytest.raises(Conflict, match="変わっています"):
        confirm(planned)
    with transaction():
        commands.cancel_plan(planned.public_id, by=an_approver())
    planned = confirm(plan(consultation, is_interim=True))
    approved(a_point([an_opinion(to=consultation)]))
    clock.advance(timedelta(hours=20))
    drain()
    assert results() == []
    assert "変わっています" in again(planned).failure
    shown = plans.find_at_desk(consultation.id)
    assert shown is not None
    assert shown.failure == again(planned).failure


def test_a_cancelled_plan_is_not_carried_out_even_if_its_work_still_waits(clock):
    planned = confirm(plan(decided()))
    with transaction():
        commands.cancel_plan(planned.public_id, by=an_approver())
    clock.advance(timedelta(days=2))
    drain()
    assert results() == []
    with pytest.raises(Conflict, match="もう済んだか"), transaction():
        commands.cancel_plan(planned.public_id, by=an_approver())


def test_a_plan_confirmed_too_late_is_refused(clock):
    planned = plan(decided())
    clock.advance(timedelta(hours=21))
    with pytest.raises(Refused, match="日時が過ぎました"):
        confirm(planned)


def test_the_audit_trail_names_each_step(clock):
    confirm(plan(decided()))
    clock.advance(timedelta(hours=20))
    drain()
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    steps = [each for each in actions if each.startswith("replies.") and "plan" in each]
    assert steps == ["replies.plan_results", "replies.confirm_plan", "replies.carry_out_plan"]


def test_a_plan_that_failed_stays_failed_when_its_work_is_done_again(clock):
    consultation = decided(is_closed=False)
    planned = confirm(plan(consultation, is_interim=True))
    approved(a_point([an_opinion(to=consultation)]))
    clock.advance(timedelta(hours=20))
    drain()
    with transaction():
        commands.carry_out_plan(planned.id, by=system("tests"))
    assert results() == []
