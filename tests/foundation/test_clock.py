"""The clock: UTC inside, days by Tokyo's midnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from participation.foundation import clock

LATE_EVENING_IN_LONDON = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    clock.stop_everywhere(None)
    yield
    clock.stop_everywhere(None)


def test_a_stopped_clock_shows_its_moment_and_then_runs_on() -> None:
    with clock.at(LATE_EVENING_IN_LONDON):
        assert clock.now() == LATE_EVENING_IN_LONDON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_day_is_tokyos_day() -> None:
    with clock.at(LATE_EVENING_IN_LONDON):
        assert clock.today() == date(2026, 11, 22)


def test_a_day_begins_at_midnight_in_tokyo_and_ends_where_the_next_begins() -> None:
    day = date(2026, 11, 22)
    assert clock.start_of(day) == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert clock.end_of(day) == clock.start_of(date(2026, 11, 23))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.stop_everywhere(datetime(2026, 11, 22))
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 11, 22)):
        pass


def test_the_moment_is_given_back_in_utc_whatever_its_zone_was() -> None:
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=clock.JST)):
        assert clock.now().tzinfo is UTC
        assert clock.now().hour == 0
