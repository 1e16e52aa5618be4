"""Intervals and effective sizes, held against scipy and against their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from participation.surveys.domain.intervals import Interval, Mass, share_of, wilson


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_that_of_scipy(pair):
    count, n = pair
    found, known = wilson(count, n), binomtest(count, n).proportion_ci(method="wilson")
    assert found.low == pytest.approx(known.low, abs=1e-9)
    assert found.high == pytest.approx(known.high, abs=1e-9)
    assert 0 <= found.low <= count / n <= found.high <= 1


def test_there_is_no_interval_of_nobody_and_no_share_beyond_everybody():
    assert wilson(0, 0) is None
    assert share_of(Mass(), Mass()) is None
    with pytest.raises(ValueError, match="between nobody and everybody"):
        wilson(3, 2)


@given(st.lists(st.floats(0.05, 20), min_size=1, max_size=40))
def test_the_effective_size_is_at_most_the_number_of_people_and_equal_for_equal_weights(weights):
    mass = Mass.of(weights)
    assert mass.effective <= len(weights) * (1 + 1e-9)
    assert mass.effective == pytest.approx(sum(weights) ** 2 / sum(weight**2 for weight in weights))
    assert Mass.of([weights[0]] * len(weights)).effective == pytest.approx(len(weights))
    assert mass.design_effect >= 1 - 1e-9


def test_a_weighted_share_has_a_wider_interval_than_the_same_share_of_equals():
    equal = share_of(Mass.plain(40), Mass.plain(100))
    part, rest = Mass.of([3.0] * 10 + [1 / 3] * 30), Mass.of([1.0] * 60)
    weighted = share_of(part, part + rest)
    assert weighted.share == pytest.approx(equal.share)
    assert weighted.interval.half_width > equal.interval.half_width
    assert weighted.interval.low == pytest.approx(
        wilson(0.4 * weighted.whole.effective, weighted.whole.effective).low
    )


def test_intervals_overlap_or_not():
    assert Interval(0.1, 0.3).overlaps(Interval(0.3, 0.4))
    assert not Interval(0.1, 0.2).overlaps(Interval(0.3, 0.4))
