"""Doing the work: rows are leased one by one, retried with growing pauses, and given up visibly."""

from __future__ import annotations

import random
from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select

from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.jobs.models import OutboxRow
from participation.jobs.queue import handler_of

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)

log = structlog.get_logger("jobs")


def drain(limit: int = 1000) -> int:
    """Do all work that is due, oldest first, up to `limit` rows; return how many were done.

    Several workers may drain at once: a row is leased before it is done, and the lease of a killed
    worker runs out.
    """
    done = 0
    for _ in range(limit):
        leased = _lease()
        if leased is None:
            break
        done += _do(*leased)
    return done


def _lease() -> tuple[int, str, dict[str, object], int] | None:
    now = clock.now()
    with transaction():
        row = db.session.scalars(
            select(OutboxRow)
            .where(
                OutboxRow.done_at.is_(None),
                OutboxRow.given_up_at.is_(None),
                OutboxRow.run_after <= now,
                or_(OutboxRow.locked_until.is_(None), OutboxRow.locked_until < now),
            )
            .order_by(OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        row.locked_until = now + LEASE
        row.attempts += 1
        return row.id, row.kind, row.payload, row.attempts


def _do(row_id: int, kind: str, payload: dict[str, object], attempts: int) -> int:
    handler = handler_of(kind)
    try:
        if handler is None:
            raise LookupError(f"no handler for jobs of kind {kind}")
        handler(payload)
    except Exception as error:  # Whatever goes wrong is noted on the row, and staff see it.
        log.exception("job failed", job=row_id, kind=kind, attempts=attempts)
        _note_failure(row_id, attempts, error)
        return 0
    with transaction():
        row = db.session.get_one(OutboxRow, row_id)
        row.done_at, row.locked_until, row.error = clock.now(), None, ""
    return 1


def _note_failure(row_id: int, attempts: int, error: Exception) -> None:
    pause = FIRST_PAUSE * 2 ** (attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311 (spreads retries)
    with transaction():
        row = db.session.get_one(OutboxRow, row_id)
        row.error = f"{type(error).__name__}: {error}"[:2000]
        row.locked_until = None
        if attempts >= MAX_ATTEMPTS:
            row.given_up_at = clock.now()
        else:
            row.run_after = clock.now() + pause


def count_given_up() -> int:
    """Return how many pieces of work were given up, for staff to look at."""
    return db.session.scalar(select(func.count()).where(OutboxRow.given_up_at.is_not(None))) or 0
