"""Many within an hour are a burst; an even flow and a handful are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.replies.domain.bursts import LEAST, bursts_in

START = datetime(2026, 11, 1, tzinfo=UTC)


def at(*minutes):
    return [START + timedelta(minutes=each) for each in minutes]


def test_an_even_flow_and_a_few_are_no_burst():
    assert bursts_in([]) == []
    assert bursts_in(at(0, 1, 2, 3)) == []
    assert bursts_in(at(*range(0, 60 * 24 * 14, 20))) == []


def test_an_evening_in_which_all_came_is_one():
    (burst,) = bursts_in(at(*range(0, 40, 4)))
    assert (burst.begins_at, burst.count) == (START, 10)


def test_two_evenings_are_two():
    assert [burst.count for burst in bursts_in(at(*range(6), *range(5000, 5010)))] == [6, 10]


@given(st.lists(st.integers(0, 60 * 24 * 20), max_size=60))
@settings(max_examples=40)
def test_a_burst_holds_what_it_says(minutes):
    times = at(*minutes)
    for burst in bursts_in(times):
        inside = [each for each in times if burst.begins_at <= each <= burst.ends_at]
        assert len(inside) == burst.count >= LEAST
