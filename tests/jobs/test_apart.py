"""Long runs are done in processes of their own: one that is killed goes on where it was."""

from __future__ import annotations

import sys

import pytest

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.jobs import apart, long_runs
from participation.jobs.models import RunStatus

#: A worker that kills itself the way `kill -9` does, once it has got half way.
WORKER = """
import os, signal, sys
from flask import Flask
from participation.foundation import db as database
from participation.jobs import apart, long_runs

@long_runs.runner("test.apart", name="試し")
def work(run):
    if run.checkpoint is None:
        long_runs.checkpoint(run, {"half": True})
        os.kill(os.getpid(), signal.SIGKILL)
    return {"went_on": run.checkpoint, "process": os.getpid()}

app = Flask("worker")
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
database.init_app(app)
with app.app_context():
    apart.work_here(app, long_runs.in_hand(sys.argv[2], sys.argv[3]))
"""


@long_runs.runner("test.apart", name="試し")
def _never_here(_run):
    raise AssertionError("it is done in a process of its own")


@pytest.fixture
def watcher(app):
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    return apart.Watcher(
        app, command=lambda run: [sys.executable, "-c", WORKER, address, run.public_id, run.lease]
    )


def test_a_worker_that_is_killed_leaves_the_run_to_the_next_one(app, watcher):
    with transaction():
        public_id = long_runs.start("test.apart", {}, by=system("test"), title="試し").public_id
    assert watcher.do_one()
    run = long_runs.get(public_id)
    assert (run.status, run.heard_at, run.checkpoint) == (RunStatus.RUNNING, None, {"half": True})
    assert watcher.do_one()
    db.session.rollback()
    db.session.expire_all()
    run = long_runs.get(public_id)
    assert (run.status, run.result["went_on"]) == (RunStatus.DONE, {"half": True})
    assert not watcher.do_one()


def test_a_worker_that_does_not_notice_is_ended(app, monkeypatch, clock):
    monkeypatch.setattr(apart, "WATCH", 0.01)
    with transaction():
        run = long_runs.start("test.apart", {}, by=system("test"), title="試し")
    public_id = run.public_id

    def deaf(run):
        with transaction():
            long_runs.ask_to_cancel(long_runs.get(run.public_id))
        clock.advance(apart.GRACE * 2)
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    assert apart.Watcher(app, command=deaf).do_one()
    db.session.rollback()
    db.session.expire_all()
    assert long_runs.get(public_id).status is RunStatus.CANCELLED


def test_a_watch_looks_when_it_is_woken_and_ends_when_it_is_told(app, monkeypatch):
    looks = []
    watcher = apart.Watcher(app, look=60)
    monkeypatch.setattr(watcher, "do_one", lambda: bool(looks.append(1)))
    watcher.start()
    with transaction():
        long_runs.start("test.apart", {}, by=system("test"), title="試し")
    watcher.stop()
    assert looks
    assert not watcher._thread.is_alive()


def test_a_process_of_its_own_computes_with_one_thread(app):
    run = long_runs.Run(1, "p", "test.apart", {}, None, None, "l")
    command = apart.child_command(run)
    assert command[-4:] == ["jobs", "run", "p", "l"]
    assert "OMP_NUM_THREADS=1" in command
