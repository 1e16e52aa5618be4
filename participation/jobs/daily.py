"""Work of every day (毎日の仕事): done once a day at its hour, whoever was restarted in between.

Like everything else it is a row of the outbox; having been done, it asks for itself again. Work whose
hour passed while nothing ran is done as soon as something runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.jobs import queue
from participation.jobs.models import OutboxRow

Work = Callable[[], None]

_hours: dict[str, int] = {}


def every_day(kind: str, *, hour: int) -> Callable[[Work], Work]:
    """Register the function below as work of this kind, done each day at this hour in Tokyo.

    It may be called twice for one day (a worker can be killed after the work), so doing it again must
    do no harm.
    """

    def register(work: Work) -> Work:
        @queue.handler(kind)
        def run(_payload: dict[str, Any]) -> None:
            work()
            _plan(kind, besides_now=True)

        _hours[kind] = hour
        return work

    return register


def plan() -> None:
    """Ask for the work of every day, unless it is already asked for."""
    for kind in sorted(_hours):
        _plan(kind)


def next_time(hour: int) -> datetime:
    """Return the next moment at which it is this hour in Tokyo."""
    today = clock.start_of(clock.today()) + timedelta(hours=hour)
    if today > clock.now():
        return today
    return clock.start_of(clock.today() + timedelta(days=1)) + timedelta(hours=hour)


def _plan(kind: str, *, besides_now: bool = False) -> None:
    with transaction():
        waiting = select(OutboxRow.id).where(
            OutboxRow.kind == kind, OutboxRow.done_at.is_(None), OutboxRow.given_up_at.is_(None)
        )
        if besides_now:  # The row that is being done is not done yet.
            waiting = waiting.where(OutboxRow.run_after > clock.now())
        if db.session.scalar(waiting.limit(1)) is None:
            queue.enqueue(kind, {}, run_after=next_time(_hours[kind]))
