"""Asking for work: written with the change, waking whoever does it only after the commit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.foundation.db import db, transaction
from participation.jobs import queue
from participation.jobs.models import OutboxRow


@queue.handler("test.queue")
def noted(payload):
    """Do nothing."""


@pytest.fixture
def woken(monkeypatch):
    calls = []
    monkeypatch.setattr(queue, "_wakers", [lambda: calls.append(len(rows()))])
    return calls


def rows():
    return db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "test.queue")).all()


def test_work_is_a_row_with_its_data(app, clock):
    with transaction():
        queue.enqueue("test.queue", {"person": 7, "words": ["あ"]})
    (row,) = rows()
    assert row.payload == {"person": 7, "words": ["あ"]}
    assert row.created_at == row.run_after == clock.moment
    assert (row.attempts, row.done_at, row.error) == (0, None, "")


def test_whoever_works_is_woken_after_the_row_is_stored(app, woken):
    with transaction():
        queue.enqueue("test.queue", {})
        assert woken == [], "before the commit there is nothing to see"
    assert woken == [1]


def test_nobody_is_woken_for_a_change_that_was_undone(app, woken):
    with pytest.raises(ZeroDivisionError), transaction():
        queue.enqueue("test.queue", {})
        raise ZeroDivisionError
    assert woken == []
    assert rows() == []


def test_work_cannot_be_asked_for_outside_of_a_change(app):
    with pytest.raises(RuntimeError):
        queue.enqueue("test.queue", {})
    db.session.rollback()
    assert rows() == []


def test_the_same_waker_is_called_once(monkeypatch, app):
    monkeypatch.setattr(queue, "_wakers", [])
    calls = []

    def waker():
        calls.append(1)

    queue.on_wake(waker)
    queue.on_wake(waker)
    with transaction():
        queue.enqueue("test.queue", {})
    assert calls == [1]


def test_a_kind_of_work_has_one_function():
    assert queue.handler_of("test.queue") is noted
    assert queue.handler_of("test.nobody") is None
