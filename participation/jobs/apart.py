"""Doing long runs apart: each in a process of its own, one after the other, watched from here.

The process that watches claims a run, hands it to a child (`flask jobs run`) and waits. The child computes
with one thread, so that the same data give the same result on every machine of a kind; its memory goes
back when it ends. If it ends in the middle, the run is let go at once and begun again from its last
checkpoint; if the whole machine stops, after a minute of silence. Mail is not delayed: it has workers of
its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from participation.foundation import clock
from participation.foundation.one_thread import with_one_thread
from participation.jobs import long_runs

#: How often to look whether there is something to do, when nobody wakes us.
LOOK = 15.0
#: How often the watcher looks after its child.
WATCH = 1.0
#: A worker says so often that it lives.
BEAT = 10.0
#: So long may a runner take to notice that it is to end, before its process is ended.
GRACE = timedelta(seconds=15)
_ROOT = Path(__file__).resolve().parents[2]

log = structlog.get_logger("jobs")


class Watcher:
    """Looks for long runs and has them done, one after the other (時間のかかる処理の見張り)."""

    def __init__(
        self, app: Flask, *, look: float = LOOK, command: Callable[[long_runs.Run], list[str]] | None = None
    ) -> None:
        self.app = app
        self.look = look
        self.command = command or child_command
        self._woken = threading.Event()
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self.watch, name="long-runs", daemon=True)

    def start(self) -> None:
        """Watch in a thread of this process."""
        long_runs.on_wake(self.wake)
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def end(self) -> None:
        """Let the watch end (for a signal: returns at once)."""
        self._is_ending.set()
        self._woken.set()

    def stop(self) -> None:
        """End; a run under way is let go, and goes on with the next start."""
        self.end()
        long_runs.not_on_wake(self.wake)
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def watch(self) -> None:
        """Have runs done until the end."""
        while not self._is_ending.is_set():
            try:
                while not self._is_ending.is_set() and self.do_one():
                    pass
            except OperationalError:  # The database is away for a while: the watch goes on.
                log.exception("looking for long runs failed")
            self._woken.wait(self.look)
            self._woken.clear()

    def do_one(self) -> bool:
        """Have the next run done, if there is one; return whether there was."""
        with self.app.app_context():
            run = long_runs.claim() if long_runs.is_due() else None
        if run is None:
            return False
        child = subprocess.Popen(self.command(run), cwd=_ROOT, stdin=subprocess.DEVNULL)  # noqa: S603
        try:
            was_cancelled = self._wait(child, run)
        finally:
            _end(child)
        with self.app.app_context():
            if long_runs.release(run, cancelled=was_cancelled):
                log.warning("a long run stopped in the middle", run=run.public_id, code=child.returncode)
        return True

    def _wait(self, child: subprocess.Popen[bytes], run: long_runs.Run) -> bool:
        """Wait for the child; return whether it was ended because somebody wants the run to end."""
        while not self._is_ending.is_set():
            try:
                child.wait(timeout=WATCH)
            except subprocess.TimeoutExpired:
                with self.app.app_context():
                    asked_at = long_runs.get(run.public_id).cancel_asked_at
                if asked_at is not None and clock.now() - asked_at > GRACE:
                    return True
            else:
                return False
        return False


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def child_command(run: long_runs.Run) -> list[str]:
    """Return what starts the process that does a run: gently, and computing with one thread."""
    command = [sys.executable, "-m", "flask", "--app", "participation.app", "jobs", "run"]
    if os.name == "posix":  # Whoever waits for a page goes before.
        command = ["nice", "-n", "10", *command]
    return with_one_thread(*command, run.public_id, run.lease)


def work_here(app: Flask, run: long_runs.Run) -> None:
    """Do a claimed run in this process, saying every few seconds that it lives."""
    with _beating(app, run):
        long_runs.perform(run)


@contextmanager
def _beating(app: Flask, run: long_runs.Run) -> Iterator[None]:
    is_over = threading.Event()

    def say() -> None:
        while not is_over.wait(BEAT):
            try:
                with app.app_context():
                    long_runs.beat(run)
            except long_runs.Lost:
                return  # The worker itself is told so by its next word.
            except OperationalError:
                log.exception("a beat was lost", run=run.public_id)

    thread = threading.Thread(target=say, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=5)
