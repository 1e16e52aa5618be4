"""Raking, held against an optimiser that goes another way, and against what cannot be done."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain.margins import Margin
from participation.surveys.domain.weighting import CannotWeight, Parameters, rake
from tests.surveys.by_definition import nearest_weights

UNTRIMMED = Parameters(least=None, most=None)


def margin(variable, **populations):
    return Margin(variable, populations, "架空の表", date(2026, 1, 1))


AGE = margin("年代", young=300, middle=500, old=200)
AREA = margin("地区", north=400, south=600)
PEOPLE = {
    ("young", "north"): 8,
    ("young", "south"): 5,
    ("middle", "north"): 20,
    ("middle", "south"): 40,
    ("old", "north"): 60,
    ("old", "south"): 30,
}


def sums(people, weights, place):
    found = {}
    for key, weight in weights.items():
        found[key[place]] = found.get(key[place], 0) + people[key] * weight
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=24, max_size=24),
    st.tuples(st.integers(50, 400), st.integers(50, 400), st.integers(50, 400)),
    st.tuples(st.integers(50, 400), st.integers(50, 400)),
)
def test_raked_weights_are_those_that_the_optimiser_finds(counts, ages, halves):
    third = {"c1": 300, "c2": 300, "c3": 200, "c4": 200}
    margins = [
        margin("a", **{f"a{n}": share * 1000 for n, share in enumerate(ages)}),
        margin("b", **{f"b{n}": share * sum(ages) * 1000 // sum(halves) for n, share in enumerate(halves)}),
        margin("c", **{name: share * sum(ages) for name, share in third.items()}),
    ]
    keys = [(a, b, c) for a in ("a0", "a1", "a2") for b in ("b0", "b1") for c in third]
    people = dict(zip(keys, counts, strict=True))
    raked, nearest = rake(people, margins, UNTRIMMED), nearest_weights(people, margins)
    assert raked.weights == {key: pytest.approx(weight, rel=2e-4) for key, weight in nearest.items()}


def test_every_margin_is_met_and_the_mean_weight_is_one():
    raked = rake(PEOPLE, [AGE, AREA], UNTRIMMED)
    everybody = sum(PEOPLE.values())
    for place, wanted in enumerate((AGE, AREA)):
        for category, found in sums(PEOPLE, raked.weights, place).items():
            assert found / everybody == pytest.approx(wanted.populations[category] / 1000, abs=1e-8)
    assert sum(PEOPLE[key] * weight for key, weight in raked.weights.items()) == pytest.approx(everybody)
    assert raked.effective == pytest.approx(
        everybody**2 / sum(PEOPLE[key] * weight**2 for key, weight in raked.weights.items())
    )
    assert (raked.weighted, raked.left_out, raked.trimmed) == (everybody, 0, 0)
    young = raked.fits[0]
    assert (young.category, young.n, young.population) == ("young", 13, 0.3)
    assert young.before == pytest.approx(13 / everybody)
    assert young.after == pytest.approx(0.3)


def test_one_margin_is_post_stratification():
    raked = rake({("young",): 10, ("middle",): 10, ("old",): 20}, [AGE], UNTRIMMED)
    assert raked.weights == {
        ("young",): pytest.approx(1.2),
        ("middle",): pytest.approx(2.0),
        ("old",): pytest.approx(0.4),
    }


def test_trimming_keeps_the_bounds_and_the_margins_where_both_are_possible():
    free = rake(PEOPLE, [AGE, AREA], UNTRIMMED)
    trimmed = rake(PEOPLE, [AGE, AREA], Parameters(least=0.2, most=round(free.largest - 0.1, 2)))
    assert free.largest > trimmed.largest
    assert trimmed.largest <= round(free.largest - 0.1, 2) + 1e-6
    assert trimmed.meets_margins
    assert trimmed.trimmed == PEOPLE["young", "south"]
    assert trimmed.effective > 0


def test_where_bounds_and_margins_exclude_each_other_the_bounds_win_and_the_miss_is_said():
    trimmed = rake(PEOPLE, [AGE, AREA], Parameters(least=0.5, most=1.5))
    assert trimmed.smallest >= 0.5 - 1e-9
    assert trimmed.largest <= 1.5 + 1e-9
    assert not trimmed.meets_margins
    young = trimmed.fits[0]
    assert young.after < young.population
    assert trimmed.worst >= young.population - young.after - 1e-9
    total = sum(PEOPLE[key] * weight for key, weight in trimmed.weights.items())
    assert total == pytest.approx(sum(PEOPLE.values()))


def test_who_has_no_published_category_is_left_out_and_counted():
    raked = rake({**PEOPLE, ("young", ""): 4, ("rather_not", "north"): 3}, [AGE, AREA])
    assert (raked.weighted, raked.left_out) == (sum(PEOPLE.values()), 7)
    assert ("rather_not", "north") not in raked.weights


@pytest.mark.parametrize(
    ("people", "margins", "words"),
    [
        ({("young",): 20, ("middle",): 20}, [AGE], "「old」は人口が200人いますが、答えた人がいません"),
        (
            PEOPLE,
            [AGE, margin("地区", north=400, south=700)],
            "合計が合いません（年代は1,000人、地区は1,100人）",
        ),
        ({("young",): 3, ("middle",): 3, ("old",): 3}, [AGE], "重みを付けられる人が9人です"),
        ({("x",): 30, ("y",): 3}, [margin("v", x=10, y=0)], "人口が0です"),
        ({}, [], "1つ以上選んで"),
        ({("x",): 30}, [margin("v", x=0, y=0)], "人口の合計が0"),
    ],
)
def test_what_cannot_be_weighted_is_refused_in_plain_words(people, margins, words):
    with pytest.raises(CannotWeight, match=words):
        rake(people, margins)


def test_margins_that_no_weights_meet_are_refused_with_the_category_that_fails():
    people = {("young", "north"): 20, ("middle", "south"): 20, ("old", "south"): 20}
    with pytest.raises(CannotWeight, match=r"同時に人口に合わせられませんでした（.+ポイント合いません）"):
        rake(people, [AGE, AREA], Parameters(rounds=200))


def test_bounds_that_are_none_are_refused():
    with pytest.raises(CannotWeight, match="上限は1より大きい"):
        Parameters(most=0.9)
