"""Until when a published survey takes answers (受付期間の変更): put off, brought forward, ended at once."""

from __future__ import annotations

from datetime import datetime

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.surveys.commands.editing import CHANGED_MEANWHILE, _lock
from participation.surveys.domain import SurveyStatus
from participation.surveys.events import SurveyClosed, SurveyRescheduled
from participation.surveys.models import PeriodChange, Survey


def change_period(survey: Survey, closes_at: datetime, *, reason: str, seen: str = "", by: Actor) -> None:
    """Take answers until another moment; drafts and answers stay as they are.

    Once it has closed it stays closed: its figures may have been shown. `seen` is the closing that the
    editor saw, "" if nobody looked.
    """
    access.require(by, "surveys.change_period", survey)
    _lock(survey, SurveyStatus.OPEN)
    access.require(by, "surveys.change_period", survey)  # It may have closed while the row was waited for.
    if seen and seen != survey.closes_at.isoformat():
        raise Conflict(CHANGED_MEANWHILE)
    if closes_at == survey.closes_at:
        raise Refused("締切が変わっていません。", field="closes_on")
    now = clock.now()
    if closes_at <= max(now, survey.opens_at):
        raise Refused(
            "締切は、これからの日にしてください。いま終えるときは「いま締め切る」を使います。",
            field="closes_on",
        )
    _note(survey, closes_at, now, reason, by)
    survey.closes_at = closes_at
    audit.record(by, "surveys.change_period", survey, changes={"closes_at": closes_at.isoformat()})
    events.publish(SurveyRescheduled(survey.id))


def close_survey(survey: Survey, *, reason: str = "", by: Actor) -> None:
    """Take no more answers from this moment; answers being sent are finished first.

    Before the time that was announced, a reason is owed to those who would still have answered.
    """
    access.require(by, "surveys.close", survey)
    _lock(survey, SurveyStatus.OPEN)
    now = clock.now()
    if now < survey.closes_at:
        _note(survey, now, now, reason, by)
    survey.status, survey.closed_at = SurveyStatus.CLOSED, now
    audit.record(by, "surveys.close", survey, changes={"early": now < survey.closes_at})
    events.publish(SurveyClosed(survey.id))


def _note(survey: Survey, after: datetime, now: datetime, reason: str, by: Actor) -> None:
    if not reason.strip():
        raise Refused("理由を書いてください。", field="reason")
    db.session.add(
        PeriodChange(
            survey_id=survey.id,
            before=survey.closes_at,
            after=after,
            reason=reason.strip(),
            changed_at=now,
            changed_by_id=by.person_id,
        )
    )
