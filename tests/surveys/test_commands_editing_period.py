"""Changing until when a survey takes answers: with a reason, before it has closed, drafts and answers kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from participation.consultations.domain import State
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.surveys import commands, queries
from participation.surveys.commands import editing_period
from tests.support.builders.surveys import EDITOR, a_survey, a_visitor, answer
from tests.support.people import a_resident, actor_of


def put_off(survey, until, reason="雨で会場が閉まったため", **seen):
    with transaction():
        commands.change_period(survey, until, reason=reason, by=EDITOR, **seen)


def state(survey):
    return queries.show_survey(survey).state


def test_a_closing_put_off_takes_answers_longer_and_keeps_what_was_begun(app, clock):
    survey, who = a_survey(days=2), a_visitor()
    before = survey.closes_at
    with transaction():
        commands.save_draft(survey, {"q1": ["a1"]}, by=who)
    put_off(survey, before + timedelta(days=7))
    clock.set(before)
    assert state(survey) is State.OPEN
    assert queries.find_draft(survey, who).given == {"q1": ["a1"]}
    answer(survey, by=who, q1="a1")
    (change,) = queries.list_period_changes(survey)
    assert (change.before, change.after, change.reason) == (
        before,
        before + timedelta(days=7),
        "雨で会場が閉まったため",
    )
    assert change.is_later
    assert not change.was_closed


def test_ending_early_wants_a_reason_and_says_when_it_was_to_end(app, clock):
    survey = a_survey(days=5)
    with pytest.raises(Refused, match="理由"), transaction():
        commands.close_survey(survey, by=EDITOR)
    with transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)
    change, _ = queries.show_first_page(survey)
    assert (state(survey), change.was_closed, change.words) == (State.CLOSED, True, "この日に締め切り")
    assert (change.before, change.after) == (survey.closes_at, clock.moment)


def test_a_closing_at_once_is_known_as_one_whatever_the_clock_does(app, clock, monkeypatch):
    survey = a_survey(days=5)
    monkeypatch.setattr(editing_period.clock, "now", ticking(clock.moment))
    with transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)
    assert queries.show_first_page(survey)[0].was_closed


def ticking(moment):
    """A clock that is never asked twice at the same moment."""
    seconds = count()
    return lambda: moment + timedelta(microseconds=next(seconds))


def test_closing_when_the_time_is_over_anyway_wants_none(app, clock):
    survey = a_survey(days=1)
    clock.advance(timedelta(days=1))
    with transaction():
        commands.close_survey(survey, by=EDITOR)
    assert queries.list_period_changes(survey) == []


def test_what_has_closed_stays_closed_and_a_day_that_is_past_is_no_closing(app, clock):
    survey = a_survey(days=3)
    closes_at = survey.closes_at
    with pytest.raises(Refused, match="これからの日"):
        put_off(survey, clock.moment)
    with pytest.raises(Refused, match="変わっていません"):
        put_off(survey, closes_at)
    with pytest.raises(Refused, match="理由"):
        put_off(survey, closes_at + timedelta(days=1), reason=" ")
    with pytest.raises(Conflict):
        put_off(survey, closes_at + timedelta(days=1), seen="2026-01-01T00:00:00+00:00")
    resident = actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.change_period(survey, closes_at + timedelta(days=1), reason="x", by=resident)
    clock.set(closes_at)
    with pytest.raises(Denied, match="開き直せません"):
        put_off(survey, closes_at + timedelta(days=1))
    draft = a_survey(published=False)
    with pytest.raises(Denied):
        put_off(draft, closes_at + timedelta(days=9))
