"""Group commit: what several people send at the same moment is stored with one commit.

Waiting for the disk costs more than most of what is written, SQLite lets one writer in at a time, and
PostgreSQL is asked over the network for what a group needs but once.
So the threads of a process that have something to write wait for a turn, and whoever has it carries out
what all of them wait for, in one transaction. Each gets its answer only once that is safely stored. If
anything in the group fails, nothing of the group is kept, and each part is carried out again by itself:
what is refused to one costs the others a little time and no more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app
from sqlalchemy.exc import OperationalError

from participation.foundation.db import let_go, transaction

T = TypeVar("T")

#: What PostgreSQL says to one of two transactions that wait for each other.
DEADLOCK = "40P01"


class _Part(Generic[T]):
    """What one thread wants to have written, and what became of it."""

    def __init__(self, act: Callable[[], T]) -> None:
        self.act = act
        self.is_done = False
        self.result: T
        self.error: BaseException | None = None

    def succeeds(self, result: T) -> None:
        """Say that it is safely stored, and what it gave."""
        self.result, self.is_done = result, True

    def fails(self, error: BaseException) -> None:
        """Say that nothing of it is stored, and why."""
        self.error, self.is_done = error, True


class _Queue:
    """Who waits, of one application in this process, and whether somebody carries out what they wait for."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.is_led = False
        self.waiting: list[_Part[Any]] = []

    def join(self, mine: _Part[Any]) -> bool:
        """Wait until this part is done, or until nobody leads; return whether its thread leads now."""
        with self.changed:
            self.waiting.append(mine)
            self.changed.wait_for(lambda: mine.is_done or not self.is_led)
            if mine.is_done:
                return False
            self.is_led = True
            if mine in self.waiting:
                self.waiting.remove(mine)
            return True

    def take(self) -> list[_Part[Any]]:
        """Return all that wait, in the order in which they came; nobody waits any more."""
        with self.changed:
            taken, self.waiting = self.waiting, []
        return taken

    def leave(self) -> None:
        """Lead no longer: who is done goes on, and one of the others leads."""
        with self.changed:
            self.is_led = False
            self.changed.notify_all()


def together(act: Callable[[], T]) -> T:
    """Have `act` carried out in a transaction, with what others wait to have written; return what it gives.

    It may run in another thread, and more than once: it knows plain values only, nothing of the request,
    and finds its rows itself.
    """
    queue: _Queue = current_app.extensions.setdefault("together", _Queue())
    mine = _Part(act)
    let_go()
    if queue.join(mine):
        try:
            _carry_out(queue, mine)
        finally:
            queue.leave()
    if mine.error is not None:
        raise mine.error
    return mine.result


def _carry_out(queue: _Queue, mine: _Part[Any]) -> None:
    """Carry out all that wait, also those who come meanwhile; where that fails, one after another.

    Whoever has come waits for the commit, so a group is never larger than there are threads.
    """
    group, results = [mine], []
    try:
        with transaction():
            results.append(mine.act())
            while came := queue.take():
                group += came
                results += [part.act() for part in came]
    except Exception as error:
        if len(group) == 1 or _is_busy(error):
            for part in group:  # The database let nobody write: the same answer for all, no second waiting.
                part.fails(error)
        else:
            for part in group:
                _alone(part)
    else:
        for part, result in zip(group, results, strict=True):
            part.succeeds(result)


def _is_busy(error: Exception) -> bool:
    """Whether nobody could write; two groups that waited for each other (a deadlock) can, one by one."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) != DEADLOCK


def _alone(part: _Part[Any]) -> None:
    try:
        with transaction():
            result = part.act()
    except Exception as error:
        part.fails(error)
    else:
        part.succeeds(result)
