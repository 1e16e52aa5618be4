"""Gatherings as a calendar (iCalendar): what a telephone or a calendar on a desk subscribes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from participation.foundation import clock
from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazily("icalendar")

#: A calendar asks again after this time.
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class CalendarEntry:
    """One gathering as a calendar shows it."""

    uid: str
    title: str
    starts_at: datetime
    #: None: nobody said how long it goes on.
    ends_at: datetime | None
    place: str
    description: str
    address: str
    #: None: not known; then the entry is as of the moment at which the calendar is asked.
    changed_at: datetime | None
    #: Counts the changes: a calendar replaces the entry that it has by one with a higher number.
    sequence: int
    is_cancelled: bool = False


def calendar_text(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Return a calendar of gatherings (RFC 5545); times in UTC, which every program shows as those of its place."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//participation//gatherings//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at or clock.now())
        if entry.changed_at is not None:
            event.add("last-modified", entry.changed_at)
        event.add("sequence", entry.sequence)
        event.add("dtstart", entry.starts_at)
        if entry.ends_at is not None:
            event.add("dtend", entry.ends_at)
        event.add("summary", f"【中止】{entry.title}" if entry.is_cancelled else entry.title)
        event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
        if entry.place:
            event.add("location", entry.place)
        event.add("description", entry.description)
        event.add("url", entry.address)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
