"""Tables in public are attacked by linear programming: whoever knows all that is published cannot pin a small cell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from participation.surveys.domain.disclosure import (
    LEAST_CELL,
    merge_small,
    suppress_three,
    suppress_two,
    with_totals,
)


def attacked(table):
    """What an attacker finds out: place → (least, most) for each withheld cell with fewer than five people.

    The attacker writes down one unknown for each innermost cell, an equation for each published number, and that
    nobody is negative; then asks for the least and the most that each withheld number can be.
    """
    shape = tuple(size - 1 for size in table.counts.shape)
    cells = list(itertools.product(*map(range, shape)))
    number = {cell: place for place, cell in enumerate(cells)}

    def row_of(place):
        parts = [range(size) if at == size else [at] for at, size in zip(place, shape, strict=True)]
        row = np.zeros(len(cells))
        row[[number[cell] for cell in itertools.product(*parts)]] = 1
        return row

    places = list(itertools.product(*(range(size + 1) for size in shape)))
    known = [place for place in places if table.shown[place]]
    equations = np.array([row_of(place) for place in known])
    values = np.array([table.counts[place] for place in known])
    found = {}
    for place in places:
        if table.shown[place] or table.counts[place] >= LEAST_CELL:
            continue
        row = row_of(place)
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * row, A_eq=equations, b_eq=values, bounds=(0, None), method="highs")
            ends.append(np.inf if answer.status == 3 else sign * answer.fun)
        found[place] = (ends[0], ends[1])
    return found


def not_pinned(table):
    for place, (least, most) in attacked(table).items():
        true = table.counts[place]
        assert least < 1e-6, (place, true, least, most)
        assert most > true + 1 - 1e-6, (place, true, least, most)


def tables(*sizes, most=40):
    shapes = st.tuples(*(st.integers(low, high) for low, high in sizes))
    return st.builds(
        lambda shape, seed, mean: np.random.default_rng(seed).negative_binomial(1, 1 / (1 + mean), shape),
        shapes,
        st.integers(0, 10**6),
        st.integers(2, most),
    )


@settings(max_examples=30, deadline=None)
@given(tables((2, 6), (2, 6)))
def test_nobody_finds_a_small_cell_of_a_table_of_two_questions(counts):
    table = suppress_two(counts)
    if table is not None:
        assert (table.counts[:-1, :-1][table.shown[:-1, :-1]] >= LEAST_CELL).all()
        assert table.shown[-1, :].all()
        assert table.shown[:, -1].all()
        not_pinned(table)


@settings(max_examples=12, deadline=None)
@given(tables((2, 4), (2, 4), (2, 3), most=60))
def test_nobody_finds_a_small_cell_by_filters_their_complements_and_all_totals(counts):
    table = suppress_three(counts)
    if table is None:
        return
    assert (table.counts[:-1, :-1, :-1][table.shown[:-1, :-1, :-1]] >= LEAST_CELL).all()
    for axis in range(3):
        face = [slice(None)] * 3
        face[axis] = -1
        alone = suppress_two(counts.sum(axis=axis))
        assert (table.shown[tuple(face)] == alone.shown).all(), "the same cells whatever the filter"
    not_pinned(table)


def test_one_small_cell_takes_three_more_with_it():
    table = suppress_two(np.array([[3, 30, 40], [20, 25, 60], [30, 30, 30]]))
    withheld = {tuple(place) for place in np.argwhere(~table.shown).tolist()}
    assert withheld == {(0, 0), (0, 1), (1, 0), (1, 1)}, "the cheapest box"
    assert table.at(0, 0) is None
    assert (table.at(0, -1), table.at(-1, -1)) == (73, 268)


def test_a_naive_table_would_be_found_out_by_the_same_attack():
    naive = suppress_two(np.array([[3, 30, 40], [20, 25, 60], [30, 30, 30]]))
    naive.shown[:] = True
    naive.shown[0, 0] = False
    assert attacked(naive) == {(0, 0): (pytest.approx(3), pytest.approx(3))}


def test_a_filter_and_everybody_together_do_not_give_the_rest_away():
    rng = np.random.default_rng(4)
    counts = rng.integers(15, 60, (3, 3, 2))
    counts[1, 1, 1] = 2
    table = suppress_three(counts)
    assert table.shown[:, :, -1].all(), "everybody: nothing is small there"
    assert not table.shown[1, 1, 0], "or everybody less the one filter were the other"
    not_pinned(table)


def test_a_table_that_cannot_be_shown_safely_is_not_shown():
    assert suppress_two(np.array([[4, 5]])) is None, "nine people"
    assert suppress_two(np.array([[12, 3]])) is None, "one row: the totals are the cells"
    assert suppress_three(np.zeros((2, 2, 2), dtype=int)) is None


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ([20, 30, 0, 15], [[0], [1], [3]]),
        ([20, 3, 30, 8], [[0], [2], [1, 3]]),
        ([20, 3, 30, 12], [[0], [2], [1, 3]]),
        ([9, 3], None),
        ([50, 3], None),
        ([], None),
    ],
)
def test_small_categories_are_put_together(counts, groups):
    assert merge_small(counts) == groups


def test_totals_stand_in_the_last_place_of_every_axis():
    whole = with_totals(np.arange(8).reshape(2, 2, 2))
    assert (whole[-1, -1, -1], whole[0, 0, -1], whole[-1, 1, 1]) == (28, 1, 10)
