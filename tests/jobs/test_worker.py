"""Work asked for is done once after the commit, tried again when it fails, and given up visibly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.foundation.db import db, transaction
from participation.jobs import queue, worker
from participation.jobs.models import OutboxRow

calls: list[dict[str, object]] = []
failing = {"times": 0}


@queue.handler("test.work")
def work(payload):
    calls.append(payload)
    if failing["times"] > 0:
        failing["times"] -= 1
        raise ConnectionError("server away")


@pytest.fixture(autouse=True)
def _fresh():
    calls.clear()
    failing["times"] = 0


def test_work_is_done_once(app):
    with transaction():
        queue.enqueue("test.work", {"n": 1})
    assert worker.drain() == 1
    assert worker.drain() == 0
    assert calls == [{"n": 1}]


def test_work_of_a_change_that_was_undone_is_not_done(app):
    with pytest.raises(ZeroDivisionError), transaction():
        queue.enqueue("test.work", {"n": 1})
        raise ZeroDivisionError
    assert worker.drain() == 0


def test_work_for_later_waits(app, clock):
    with transaction():
        queue.enqueue("test.work", {"n": 1}, run_after=clock.moment + timedelta(hours=1))
    assert worker.drain() == 0
    clock.advance(timedelta(hours=1))
    assert worker.drain() == 1


def test_failed_work_is_tried_again_later(app, clock):
    failing["times"] = 1
    with transaction():
        queue.enqueue("test.work", {"n": 1})
    assert worker.drain() == 0
    assert worker.drain() == 0
    clock.advance(timedelta(minutes=2))
    assert worker.drain() == 1
    assert len(calls) == 2


def test_work_that_always_fails_is_given_up_and_counted(app, clock):
    failing["times"] = 99
    with transaction():
        queue.enqueue("test.work", {"n": 1})
    for _ in range(worker.MAX_ATTEMPTS + 3):
        worker.drain()
        clock.advance(timedelta(days=1))
    assert len(calls) == worker.MAX_ATTEMPTS
    assert worker.count_given_up() == 1
    assert "server away" in db.session.scalars(select(OutboxRow.error)).one()


def test_the_lease_of_a_killed_worker_runs_out(app, clock):
    with transaction():
        row = queue.enqueue("test.work", {"n": 1})
    with transaction():
        db.session.get_one(OutboxRow, row.id).locked_until = clock.moment + worker.LEASE
    assert worker.drain() == 0
    clock.advance(worker.LEASE + timedelta(seconds=1))
    assert worker.drain() == 1


def test_unknown_work_is_refused_at_once(app):
    with pytest.raises(LookupError), transaction():
        queue.enqueue("test.nobody", {})
