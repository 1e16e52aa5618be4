"""Work of every day: at its hour, once, whoever was restarted in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from participation.foundation.db import db
from participation.jobs import daily, queue, worker
from participation.jobs.models import OutboxRow

KIND = "tests.every_day"
#: 14:05 in Tokyo is past eight: the next time is tomorrow.
TOMORROW = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def done(app, monkeypatch):
    monkeypatch.setattr(daily, "_hours", {})
    monkeypatch.setattr(queue, "_handlers", dict(queue._handlers))
    times: list[int] = []

    @daily.every_day(KIND, hour=8)
    def work():
        times.append(1)

    return times


def planned():
    db.session.rollback()
    return db.session.scalars(
        select(OutboxRow.run_after).where(OutboxRow.kind == KIND, OutboxRow.done_at.is_(None))
    ).all()


def test_it_is_planned_for_its_next_hour_and_only_once():
    daily.plan()
    daily.plan()
    assert planned() == [TOMORROW]
    assert worker.drain() == 0, "not before its hour"


def test_having_been_done_it_asks_for_itself_for_the_next_day(clock, done):
    daily.plan()
    clock.set(TOMORROW + timedelta(seconds=20))
    assert worker.drain() == 1
    assert planned() == [TOMORROW + timedelta(days=1)]
    assert len(done) == 1
    assert worker.drain() == 0


def test_what_nothing_ran_for_is_done_late_and_not_twice(clock, done):
    daily.plan()
    clock.set(TOMORROW + timedelta(days=3, hours=5))
    worker.drain()
    worker.drain()
    assert len(done) == 1
    assert planned() == [TOMORROW + timedelta(days=4)]


def test_work_that_failed_is_tried_again_and_does_not_multiply(clock, monkeypatch, done):
    @daily.every_day(KIND, hour=8)
    def fails():
        raise OSError("no mail today")

    daily.plan()
    clock.set(TOMORROW)
    assert worker.drain() == 0
    daily.plan()
    assert len(planned()) == 1
