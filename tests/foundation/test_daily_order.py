"""The order of the day gives nobody a place of honour."""

from __future__ import annotations

from datetime import timedelta

from participation.foundation.daily_order import place_of_today, shuffle_key


def test_the_order_is_another_every_day_and_nobody_stays_first(clock):
    keys = [shuffle_key(f"proposal{number}") for number in range(10)]
    firsts = []
    for _ in range(200):
        order = sorted(range(10), key=lambda number: place_of_today(keys[number]))
        assert order == sorted(range(10), key=lambda number: place_of_today(keys[number])), "the same all day"
        firsts.append(order[0])
        clock.advance(timedelta(days=1))
    assert set(firsts) == set(range(10))
    assert max(firsts.count(number) for number in range(10)) < 45, "no place of honour"
