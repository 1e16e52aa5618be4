"""Tables of two questions, held against scipy and against a count person by person."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association

from participation.surveys.domain.crosstabs import Axis, Category, Tally, crosstab
from participation.surveys.domain.intervals import Mass, wilson
from tests.surveys.by_definition import variance_of_share


def axis(key, count, *, several=False):
    return Axis(key, key, tuple(Category(str(n), f"{key}{n}") for n in range(count)), several)


def table_of(counts, weight=1.0):
    tally = Tally()
    for (row, column), count in np.ndenumerate(np.asarray(counts)):
        tally.add([str(row)], [str(column)], Mass.of([weight] * int(count)))
    size = np.asarray(counts).shape
    return crosstab(axis("r", size[0]), axis("c", size[1]), tally)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=4).filter(
        lambda rows: np.array(rows).sum(0).all() and np.array(rows).sum(1).all()
    )
)
def test_the_test_of_independence_is_that_of_scipy(rows):
    known = chi2_contingency(rows, correction=False)
    found = table_of(rows).test
    assert found.statistic == pytest.approx(known.statistic, abs=1e-9)
    assert (found.freedom, found.p) == (known.dof, pytest.approx(known.pvalue))
    assert found.v == pytest.approx(association(np.array(rows), method="cramer"))
    assert found.smallest_expected == pytest.approx(known.expected_freq.min())
    assert found.share_few == pytest.approx((known.expected_freq < 5).mean())


def test_equal_weights_change_nothing_whatever_they_are():
    plain, heavy = table_of([[10, 20, 0], [15, 5, 20]]).test, table_of([[10, 20, 0], [15, 5, 20]], 7.5).test
    assert heavy.correction == pytest.approx(1)
    assert (heavy.statistic, heavy.p, heavy.v) == pytest.approx((plain.statistic, plain.p, plain.v))


def test_the_correction_for_weights_is_that_of_rao_and_scott_person_by_person():
    chance = random.Random(8)
    people = [(chance.randrange(3), chance.randrange(2), chance.choice([0.3, 1, 2.5])) for _ in range(300)]
    tally = Tally()
    for row, column, weight in people:
        tally.add([str(row)], [str(column)], Mass.of([weight]))
    weights = [weight for _, _, weight in people]

    def spread(inside):
        variance, share = variance_of_share(weights, inside)
        return (1 - share) * variance / (share * (1 - share) / len(people))

    expected = (
        sum(spread([p[0] == r and p[1] == c for p in people]) for r in range(3) for c in range(2))
        - sum(spread([p[0] == r for p in people]) for r in range(3))
        - sum(spread([p[1] == c for p in people]) for c in range(2))
    ) / 2
    test = crosstab(axis("r", 3), axis("c", 2), tally).test
    assert test.correction == pytest.approx(expected)
    assert test.correction > 1.2, "these weights vary"


def test_shares_are_of_a_columns_people_with_their_intervals():
    table = table_of([[10, 20], [30, 20]])
    share = table.share("0", "0")
    assert (share.part.n, share.whole.n, share.share) == (10, 40, 0.25)
    assert share.interval == wilson(10, 40)
    assert table.row_share("0").share == 30 / 80
    assert table.share("0", "missing") is None


def test_who_chose_several_stands_in_several_cells_but_is_one_person():
    tally = Tally()
    tally.add(["0", "1"], ["0"], Mass.plain(6))
    tally.add(["1"], ["1"], Mass.plain(4))
    tally.add([], ["1"], Mass.plain(9))
    table = crosstab(axis("r", 2, several=True), axis("c", 2), tally)
    assert table.whole.n == 10, "who misses one of the two is not in the table"
    assert (table.share("0", "0").share, table.share("1", "0").share) == (1, 1)
    assert table.row_share("1").share == 1
    assert table.test is None
    assert "いくつでも選べる" in table.why_no_test


def test_few_expected_people_are_warned_of_and_one_row_is_no_table():
    assert table_of([[3, 1], [1, 4]]).test.is_doubtful
    assert not table_of([[30, 10], [10, 40]]).test.is_doubtful
    assert table_of([[5, 5], [0, 0]]).test is None
    assert table_of([[5, 5], [0, 0]]).why_no_test


@pytest.mark.parametrize(
    ("counts", "words"),
    [([[60, 10], [10, 60]], "強め"), ([[50, 50], [50, 52]], "関わりがあるとは言えません")],
)
def test_the_test_is_said_in_a_sentence(counts, words):
    assert words in table_of(counts).test.words


def test_an_axis_names_its_categories():
    assert axis("r", 2).label("1") == "r1"
