"""The only source of time. Stored in UTC, shown and counted by day in Asia/Tokyo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)
_everywhere: datetime | None = None


def now() -> datetime:
    """Return the moment, aware, in UTC."""
    return _stopped_at.get() or _everywhere or datetime.now(UTC)


def today() -> date:
    """Return today's date in Tokyo."""
    return now().astimezone(JST).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` inside the block, in this thread only (demo data, tests)."""
    token = _stopped_at.set(_aware(moment))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def stop_everywhere(moment: datetime | None) -> None:
    """Stop the clock in every thread of this process (tests only); None lets it run again."""
    global _everywhere
    _everywhere = _aware(moment) if moment is not None else None


def start_of(day: date) -> datetime:
    """Return midnight in Tokyo at which `day` begins, in UTC."""
    return datetime.combine(day, time(), JST).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the moment at which `day` is over in Tokyo: the half-open end of an interval of days."""
    return start_of(day + timedelta(days=1))


def last_day(ends: datetime) -> date:
    """Return the last day, in Tokyo, of a time that ends before this moment."""
    return (ends - timedelta(microseconds=1)).astimezone(JST).date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
