"""Events: a fact is told to everybody who asked, in order, within the same change."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.organisations.models import Section


@dataclass(frozen=True)
class Happened:
    """Something happened."""

    number: int


@dataclass(frozen=True)
class HappenedElsewhere(Happened):
    """Something like it happened."""


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setitem(events._subscribers, Happened, [])
    monkeypatch.setitem(events._subscribers, HappenedElsewhere, [])
    return []


def test_everybody_who_asked_is_told_in_the_order_of_asking(heard):
    events.subscribe(Happened, lambda event: heard.append(("first", event.number)))
    events.subscribe(Happened, lambda event: heard.append(("second", event.number)))
    events.publish(Happened(7))
    assert heard == [("first", 7), ("second", 7)]


def test_asking_twice_is_asking_once(heard):
    events.subscribe(Happened, heard.append)
    again = heard.append
    events.subscribe(Happened, again)
    events.publish(Happened(1))
    assert heard == [Happened(1)]


def test_one_hears_of_exactly_what_one_asked_for(heard):
    events.subscribe(Happened, heard.append)
    events.publish(HappenedElsewhere(1))
    assert heard == []


def test_an_event_that_nobody_asked_for_is_no_error(heard):
    events.publish(Happened(1))


def test_the_error_of_a_subscriber_undoes_the_change(app, heard):
    def fails(_event):
        raise ZeroDivisionError

    events.subscribe(Happened, fails)
    before = db.session.scalar(select(func.count()).select_from(Section))
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="x", name="消える課"))
        events.publish(Happened(1))
    assert db.session.scalar(select(func.count()).select_from(Section)) == before


def test_the_documentation_learns_who_hears_what(heard):
    events.subscribe(Happened, listener)
    assert events.subscriptions()[f"{__name__}.Happened"] == [f"{__name__}.listener"]


def listener(_event):
    """Hear it."""
