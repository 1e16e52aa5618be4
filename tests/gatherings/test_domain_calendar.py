"""Calendars of gatherings, read back by the library that others read them with."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar

from participation.gatherings.domain.calendar import CalendarEntry, calendar_text

STARTS = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="k7mw3fpxrt@example.jp",
    title="説明会;、改行\nと「長い題名」" + "あ" * 60,
    starts_at=STARTS,
    ends_at=STARTS.replace(hour=7),
    place="さくら坂住区センター",
    description="説明会\nhttps://example.jp/gatherings/k7mw3fpxrt",
    address="https://example.jp/gatherings/k7mw3fpxrt",
    changed_at=STARTS,
    sequence=3,
)


def test_what_was_written_is_read_back():
    text = calendar_text("目黒区 説明会・懇談会", [ENTRY])
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert str(event["summary"]) == ENTRY.title
    assert event.decoded("dtstart") == STARTS
    assert event["sequence"] == 3
    assert event["status"] == "CONFIRMED"
    assert all(len(line.encode()) <= 75 for line in text.decode().split("\r\n"))


def test_what_was_called_off_is_said_so_instead_of_vanishing():
    cancelled = CalendarEntry(**{**ENTRY.__dict__, "is_cancelled": True})
    event = Calendar.from_ical(calendar_text("目黒区", [cancelled])).walk("VEVENT")[0]
    assert event["status"] == "CANCELLED"
    assert str(event["summary"]).startswith("【中止】")


def test_an_empty_calendar_is_a_calendar():
    assert Calendar.from_ical(calendar_text("目黒区", [])).walk("VEVENT") == []
