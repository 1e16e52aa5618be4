"""Retention (保存期間): what is kept for how long, and the daily work that lets the rest go.

Whoever owns a table says for how long its rows are of use, with :func:`kept_for`. The work is a row
of the outbox like any other, so it survives a restart; having done it, it asks for itself again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, select

from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.jobs import queue
from participation.jobs.models import OutboxRow

#: Lets go of what is older than the moment it is given; returns how many rows went.
Forget = Callable[[datetime], int]
KIND = "jobs.forget_old"
A_DAY = timedelta(days=1)
#: Days, or the name of the setting that says how many.
Days = int | str

log = structlog.get_logger("jobs")


@dataclass(frozen=True)
class Rule:
    """One kind of thing, how long it is kept, and what lets it go."""

    name: str
    meaning: str
    days: Days
    forget: Forget

    @property
    def period(self) -> timedelta:
        """How long it is kept in this deployment."""
        days = self.days if isinstance(self.days, int) else current_app.config[self.days]
        return timedelta(days=days)


_rules: dict[str, Rule] = {}


def kept_for(name: str, days: Days, meaning: str) -> Callable[[Forget], Forget]:
    """Register the function below as what lets these rows go after so many days."""

    def register(forget: Forget) -> Forget:
        _rules[name] = Rule(name, meaning, days, forget)
        return forget

    return register


def all_rules() -> list[Rule]:
    """Return every rule, sorted by name."""
    return [_rules[name] for name in sorted(_rules)]


def forget_old() -> list[tuple[Rule, int]]:
    """Let go of everything whose time is over, each kind in a transaction of its own; return the numbers."""
    done = []
    for rule in all_rules():
        with transaction():
            done.append((rule, rule.forget(clock.now() - rule.period)))
    log.info("old rows were let go", rows={rule.name: count for rule, count in done if count})
    return done


def plan() -> None:
    """Ask for the daily work, unless it is already asked for."""
    with transaction():
        waiting = select(OutboxRow.id).where(
            OutboxRow.kind == KIND, OutboxRow.done_at.is_(None), OutboxRow.given_up_at.is_(None)
        )
        if db.session.scalar(waiting.limit(1)) is None:
            queue.enqueue(KIND, {})


@queue.handler(KIND)
def _daily(_payload: dict[str, Any]) -> None:
    forget_old()
    with transaction():
        tomorrow = clock.now() + A_DAY
        waiting = select(OutboxRow.id).where(
            OutboxRow.kind == KIND,
            OutboxRow.done_at.is_(None),
            OutboxRow.given_up_at.is_(None),
            OutboxRow.run_after > clock.now(),
        )
        if db.session.scalar(waiting.limit(1)) is None:
            queue.enqueue(KIND, {}, run_after=tomorrow)


@kept_for("outbox", 30, "済んだ仕事（送ったメールの控えを含む）")
def _forget_done_work(before: datetime) -> int:
    gone = db.session.execute(delete(OutboxRow).where(OutboxRow.done_at < before).returning(OutboxRow.id))
    return len(gone.all())
