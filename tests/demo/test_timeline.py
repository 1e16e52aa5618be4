"""Happenings are played in order, each at its own moment."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from participation.demo.timeline import Timeline
from participation.foundation import clock
from participation.foundation.db import is_writing

TODAY = date(2026, 11, 22)


def test_happenings_are_played_in_the_order_of_their_moments_with_the_clock_put_to_them(app: Flask) -> None:
    timeline = Timeline(TODAY)
    seen: list[tuple[str, datetime]] = []

    def happens(name: str) -> None:
        seen.append((name, clock.now()))

    timeline.add(timeline.moment(-1, "10:00"), happens, "second")
    timeline.add(timeline.moment(-1, "10:00"), happens, "third")
    timeline.add(timeline.moment(-3, "22:15"), happens, "first")
    timeline.play()
    assert [name for name, _ in seen] == ["first", "second", "third"]
    assert seen[0][1] == datetime(2026, 11, 19, 22, 15, tzinfo=clock.JST)


def test_what_computes_for_long_happens_in_its_turn_outside_of_any_transaction(app: Flask) -> None:
    timeline = Timeline(TODAY)
    seen: list[tuple[str, bool]] = []

    def happens(name: str) -> None:
        seen.append((name, is_writing()))

    timeline.add(timeline.moment(-3), happens, "before")
    timeline.add_long(timeline.moment(-2), happens, "long")
    timeline.add(timeline.moment(-1), happens, "after")
    timeline.play()
    assert seen == [("before", True), ("long", False), ("after", True)]


def test_a_moment_is_counted_in_tokyo_from_the_day_of_loading() -> None:
    assert Timeline(TODAY).moment(2) == datetime(2026, 11, 24, tzinfo=clock.JST)


def test_some_time_on_a_day_is_always_the_same_for_the_same_key() -> None:
    timeline = Timeline(TODAY)
    assert timeline.some_time(-4, "S56") == timeline.some_time(-4, "S56")
    assert timeline.some_time(-4, "S56").date() == date(2026, 11, 18)


def test_offices_work_by_day() -> None:
    hours = {Timeline(TODAY).some_time(0, str(key), office_hours=True).hour for key in range(200)}
    assert min(hours) >= 9
    assert max(hours) < 17
