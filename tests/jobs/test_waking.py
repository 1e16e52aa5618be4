"""Waking: a commit that asked for work has it done, and so does the passing of a minute."""

from __future__ import annotations

import time

import pytest
from huey import MemoryHuey
from sqlalchemy import select

from participation.app import create_app
from participation.foundation.db import db, transaction
from participation.jobs import queue, waking
from participation.jobs.models import OutboxRow

done = []


@queue.handler("test.waking")
def work(payload):
    """Note that it was done."""
    done.append(payload)


@pytest.fixture
def huey(app, monkeypatch):
    done.clear()
    monkeypatch.setattr(queue, "_wakers", [])
    monkeypatch.setitem(app.extensions, "huey", None)
    return waking.create_huey(app)


def ask(number=1):
    with transaction():
        queue.enqueue("test.waking", {"n": number})


def test_a_commit_leaves_a_call_and_the_call_does_the_work(app, huey):
    ask()
    assert done == []
    assert huey.pending_count() == 1
    huey.execute(huey.dequeue())
    assert done == [{"n": 1}]
    assert db.session.scalars(select(OutboxRow.done_at).where(OutboxRow.kind == "test.waking")).one()


def test_two_calls_for_one_row_do_it_once(app, huey):
    ask()
    queue._wake()
    while huey.pending_count():
        huey.execute(huey.dequeue())
    assert done == [{"n": 1}]


def test_a_lost_call_costs_a_minute_and_no_work(app, huey, clock):
    ask()
    huey.flush()
    (each_minute,) = huey.read_periodic(clock.moment.replace(tzinfo=None))
    huey.execute(each_minute)
    assert done == [{"n": 1}]


def test_inside_the_process_work_is_done_by_itself(app, huey):
    consumer = waking.start_inside(app)
    try:
        ask(7)
        deadline = time.monotonic() + 10
        while not done and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        consumer.stop(graceful=True)
    assert done == [{"n": 7}]


def test_one_process_is_woken_by_itself(app):
    assert isinstance(app.extensions["huey"], MemoryHuey)


def test_several_processes_are_woken_by_redis(tmp_path, monkeypatch):
    asked = {}

    class Redis(MemoryHuey):
        def __init__(self, name, *, url, **settings):
            asked["url"] = url
            super().__init__(name, **settings)

    monkeypatch.setattr(queue, "_wakers", [])
    monkeypatch.setattr(waking, "RedisExpireHuey", Redis)
    app = create_app({"DATA_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"})
    assert isinstance(app.extensions["huey"], Redis)
    assert asked == {"url": "redis://127.0.0.1:1/0"}
