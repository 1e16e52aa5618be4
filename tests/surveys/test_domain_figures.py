"""Figures of each kind of question from its counts, held against a count of the answers themselves."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.surveys.domain import (
    ASKED,
    EVERYBODY,
    DateSpec,
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    PointsSpec,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
    TextSpec,
)
from participation.surveys.domain.figures import classes_of, figures_of
from tests.support.builders.surveys import options


def figures(spec, values):
    counts = Counter(choice for value in values for choice in spec.counted(value))
    counts[EVERYBODY] = len(values)
    counts[ASKED] = len(values) + 3
    return figures_of(spec, counts)


def test_choices_have_shares_of_those_who_answered():
    found = figures(MultipleSpec(options=options("x", "y", "z")), [["a1", "a2"], ["a1"]])
    assert [(bar.count, bar.share) for bar in found.bars] == [(2, 1.0), (1, 0.5), (0, 0.0)]
    assert found.several
    assert figures(SingleSpec(options=options("x", "y")), []).bars[0].interval is None


def test_a_scales_average_leaves_out_who_does_not_know():
    spec = ScaleSpec(low_label="低", high_label="高", has_unsure=True)
    found = figures(spec, [1, 5, 5, "unsure"])
    assert (found.average, found.bars[-1].count) == (3.67, 1)


def test_a_tables_shares_are_of_who_answered_the_row():
    spec = MatrixSpec(rows=options("r", "s"), columns=options("c", "d"))
    found = figures(spec, [{"a1": "a1", "a2": "a2"}, {"a1": "a2"}])
    assert found.is_scale
    assert [(label, whole, [bar.count for bar in bars]) for label, whole, bars in found.rows] == [
        ("r", 2, [1, 1]),
        ("s", 1, [0, 1]),
    ]
    assert found.rows[1][2][1].share == 1
    several = MatrixMultipleSpec(rows=options("r"), columns=options("c", "d"))
    heat = figures(several, [{"a1": ["a1", "a2"]}, {"a1": ["a2"]}])
    assert not heat.is_scale
    assert [bar.share for bar in heat.rows[0][2]] == [0.5, 1.0]


def test_ranks_have_first_places_and_the_mean_place_among_those_who_ranked():
    spec = RankingSpec(options=options("x", "y", "z"), most=2)
    found = figures(spec, [["a2", "a1"], ["a2", "a3"], ["a1", "a2"]])
    assert [(row.label, row.first, row.people, row.mean) for row in found.rows] == [
        ("y", 2, 3, 1.33),
        ("x", 1, 2, 1.5),
        ("z", 0, 1, 2.0),
    ]


def test_points_are_summed_and_shared_among_all_who_answered():
    spec = PointsSpec(options=options("x", "y"), total=10)
    found = figures(spec, [{"a1": 10}, {"a1": 4, "a2": 6}])
    assert [(row.points, row.mean, row.people) for row in found.rows] == [(14, 7.0, 2), (6, 3.0, 1)]
    assert found.rows[0].share == 0.7


@given(st.lists(st.integers(0, 120), min_size=1, max_size=60))
def test_numbers_have_quartiles_a_mean_and_classes_that_hold_everybody(values):
    found = figures(NumberSpec(unit="歳"), [str(value) for value in values])
    assert sum(bar.count for bar in found.classes) == len(values)
    assert len(found.classes) <= 11
    assert found.quartiles[0] == f"{min(values)}歳"
    assert found.quartiles[2] == f"{median_low(values)}歳"
    assert found.quartiles[4] == f"{max(values)}歳"
    assert abs(Decimal(found.mean[:-1]) - Decimal(sum(values)) / len(values)) <= Decimal("0.05")


def test_staffs_classes_win_and_fractions_have_classes_too():
    spec = NumberSpec(bands=(Decimal(20), Decimal(40)), unit="歳")
    found = figures(spec, ["3", "20", "39", "40"])
    assert [(bar.label, bar.count) for bar in found.classes] == [
        ("20歳未満", 1),
        ("20から40歳未満", 2),
        ("40歳以上", 1),
    ]
    fractions = figures(NumberSpec(decimals=1), ["0.5", "1.5", "1.9"])
    assert sum(bar.count for bar in fractions.classes) == 3
    assert figures(NumberSpec(), []).quartiles == ()


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["2026-10-02", "2026-11-22"], ["2026年10月", "2026年11月"]),
        ([f"{year}-05-01" for year in range(1950, 2026)], None),
        (["0001-01-01", "9999-12-31"], None),
    ],
)
def test_days_are_put_in_months_or_years(values, labels):
    found = figures(DateSpec(), values)
    assert sum(bar.count for bar in found.classes) == len(values)
    assert len(found.classes) <= 13
    if labels:
        assert [bar.label for bar in found.classes] == labels
        assert found.quartiles[0] == "2026年10月2日"
    assert figures(DateSpec(), []).classes == ()


def test_words_are_only_counted():
    assert figures(TextSpec(), ["x"]).kind == "words"


def test_classes_hold_every_number_of_a_wide_range_and_name_its_code():
    chance = random.Random(2)
    values = {str(chance.randint(-5000, 90_000)): 1 for _ in range(50)}
    classes = classes_of(NumberSpec(), values)
    codes = dict(classes.choices())
    assert all(classes.place(value) in codes for value in values)
