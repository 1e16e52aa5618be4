"""Group commit: what several people send at the same moment is stored with one commit.

Waiting for the disk costs more than most of what is written, SQLite lets one writer in at a time, and
PostgreSQL is asked over the network for what a group needs but once.
So the threads of a process that have something to write wait for a turn, and whoever has it carries out
what all of them wait for, in one transaction. Each gets its answer only once that is safely stored. If
anything in the group fails, nothing of the group is kept, and each part is carried out again by itself:
what is refused to one costs the others a little time and no more.

An act that is written `@in_steps` yields what it wants to have done (`Step`): where several want the same,
it is done for all of them at once. Called like any other function, it does its steps alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy.exc import OperationalError

from participation.foundation.db import let_go, transaction

P = ParamSpec("P")
T = TypeVar("T")

#: What PostgreSQL says to one of two transactions that wait for each other.
DEADLOCK = "40P01"


@dataclass(frozen=True)
class Step:
    """What an act wants to have done for it: `do` takes all such items of a group, and answers each in order."""

    do: Callable[[list[Any]], Sequence[Any]]
    item: Any


Steps = Generator[Step, Any, T]


class in_steps(Generic[P, T]):
    """Make an act of a function that yields steps."""

    def __init__(self, steps: Callable[P, Steps[T]]) -> None:
        self.steps = steps
        update_wrapper(self, steps)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it alone, in the running transaction."""
        (result,) = side_by_side([self.steps(*args, **kwargs)])
        return result


def side_by_side(acts: Sequence[Steps[T]]) -> list[T]:
    """Carry acts forward together, step by step; return what each gave."""
    results: dict[int, T] = {}
    answers: dict[int, Any] = dict.fromkeys(range(len(acts)))
    while answers:
        wanted: dict[Callable[[list[Any]], Sequence[Any]], dict[int, Any]] = {}
        for place, answer in answers.items():
            try:
                step = acts[place].send(answer)
            except StopIteration as end:
                results[place] = end.value
            else:
                wanted.setdefault(step.do, {})[place] = step.item
        answers = {}
        for do, items in wanted.items():
            answers |= zip(items, do(list(items.values())), strict=True)
    return [results[place] for place in range(len(acts))]


class _Part(Generic[T]):
    """What one thread wants to have written, and what became of it."""

    def __init__(self, act: Callable[[], Steps[T]]) -> None:
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


def together(act: Callable[[], Steps[T]]) -> T:
    """Have `act` carried out in a transaction, with what others wait to have written; return what it gives.

    It begins an act in steps (`partial(some_command.steps, …)`). It may run in another thread, and more than
    once: it knows plain values only, nothing of the request, and finds its rows itself.
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
    group: list[_Part[Any]] = []
    results: list[Any] = []
    came = [mine, *queue.take()]
    try:
        with transaction():
            while came:
                group += came
                results += side_by_side([part.act() for part in came])
                came = queue.take()
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
            (result,) = side_by_side([part.act()])
    except Exception as error:
        part.fails(error)
    else:
        part.succeeds(result)
