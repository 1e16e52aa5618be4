"""Asking for work: a row in the same transaction, so nothing is lost and nothing done for a rolled-back change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select

from participation.foundation import clock
from participation.foundation.db import after_commit, db
from participation.jobs.models import OutboxRow

Handler = Callable[[dict[str, Any]], None]

_handlers: dict[str, Handler] = {}
_wakers: list[Callable[[], None]] = []


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function below as the one that does work of this kind.

    It is called outside of any transaction and may be called twice for one row (a worker can be
    killed after the work and before the note of it), so doing it again must do no harm.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler | None:
    """Return the function that does work of this kind."""
    return _handlers.get(kind)


def enqueue(kind: str, payload: dict[str, Any], *, run_after: datetime | None = None) -> OutboxRow:
    """Ask for a piece of work in the running transaction; it is done after the commit."""
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind}")
    now = clock.now()
    row = OutboxRow(
        kind=kind, payload=payload, created_at=now, run_after=run_after or now, attempts=0, error=""
    )
    db.session.add(row)
    after_commit(_wake)
    return row


def enqueue_unless_waiting(kind: str, *, run_after: datetime | None = None) -> None:
    """Ask for work that does whatever is due, unless it is asked for already; one statement, whatever waits."""
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind}")
    now, table = clock.now(), OutboxRow
    waiting = select(table.id).where(
        table.kind == kind, table.done_at.is_(None), table.given_up_at.is_(None), table.locked_until.is_(None)
    )
    values = {
        "kind": kind,
        "payload": {},
        "created_at": now,
        "run_after": run_after or now,
        "attempts": 0,
        "error": "",
    }
    columns = [literal(value, table.__table__.c[name].type) for name, value in values.items()]
    db.session.execute(
        insert(table).from_select(
            list(values), select(*columns).where(~waiting.exists()), include_defaults=False
        )
    )
    after_commit(_wake)


def on_wake(waker: Callable[[], None]) -> None:
    """Call `waker` after each commit that asked for work."""
    if waker not in _wakers:
        _wakers.append(waker)


def _wake() -> None:
    for waker in _wakers:
        waker()


def try_again(row_ids: Sequence[int]) -> int:
    """Let work that was given up be tried from the start; return how many pieces."""
    rows = db.session.scalars(
        select(OutboxRow).where(OutboxRow.id.in_(list(row_ids)), OutboxRow.given_up_at.is_not(None))
    ).all()
    for row in rows:
        row.given_up_at, row.attempts, row.run_after = None, 0, clock.now()
        row.locked_until = None
    if rows:
        after_commit(_wake)
    return len(rows)
