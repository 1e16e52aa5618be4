"""Several tables of the same people are attacked together: what one hides another must not give away."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from participation.surveys.domain.disclosure import Shown, suppress_two, with_totals
from participation.surveys.domain.linked import Laid, People, WeightedShares, prove

KEYS = ("q", "age", "area", "sex")
SIZES = {"q": 3, "age": 3, "area": 2, "sex": 2}


class Ward:
    """People by four questions, as many as a seed says."""

    def __init__(self, seed, mean=2):
        shape = [SIZES[key] for key in KEYS]
        self.counts = np.random.default_rng(seed).negative_binomial(1, 1 / (1 + mean), shape)

    def table(self, *keys):
        away = tuple(axis for axis, key in enumerate(KEYS) if key not in keys)
        counts = self.counts.sum(axis=away)
        left = [key for key in KEYS if key in keys]
        return np.transpose(counts, [left.index(key) for key in keys])

    def people(self, keys):
        counts = self.table(*keys)
        places = np.argwhere(counts)
        return People(tuple(keys), places, counts[tuple(places.T)].astype(float), np.zeros(len(places)))

    def laid(self, *keys):
        return Laid(keys, suppress_two(self.table(*keys)))


def bounds(ward, tables, laid, place):
    """What an attacker who knows every published figure finds out of one number, by linear programming."""
    shape = ward.counts.shape
    cells = list(itertools.product(*map(range, shape)))

    def row_of(table, at):
        row = np.zeros(len(cells))
        for number, cell in enumerate(cells):
            where = dict(zip(KEYS, cell, strict=True))
            row[number] = all(
                each in (where[key], SIZES[key]) if each == SIZES[key] else each == where[key]
                for key, each in zip(table.keys, at, strict=True)
            )
        return row

    known = [(table, tuple(at)) for table in tables for at in np.argwhere(table.table.shown)]
    equations = np.array([row_of(*each) for each in known])
    values = np.array([table.table.counts[at] for table, at in known])
    target = row_of(laid, place)
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * target, A_eq=equations, b_eq=values, bounds=(0, None), method="highs")
        ends.append(np.inf if answer.status == 3 else sign * answer.fun)
    return ends


@pytest.mark.parametrize("seed", range(4))
def test_what_is_proved_is_not_found_by_who_puts_all_tables_together(seed):
    ward = Ward(seed)
    wanted = [("q", "age"), ("q", "area"), ("q", "sex"), ("age", "area")]
    tables = [each for each in (ward.laid(*keys) for keys in wanted) if each.table is not None]
    assert len(tables) > 1
    for laid in tables:
        others = [each for each in tables if each is not laid]
        left = prove(laid, others, ward.people).left
        for place in set(laid.protected()) - set(left):
            least, most = bounds(ward, tables, laid, place)
            true = laid.table.counts[place]
            assert least < 1e-6, (laid.keys, place, true, least, most)
            assert most > true + 1 - 1e-6, (laid.keys, place, true, least, most)


def test_a_total_and_a_part_that_leave_a_small_number_are_found_out():
    ward = Ward(0)
    ward.counts[:] = 20
    ward.counts[1, 1, 1, :] = [2, 1]
    whole, part = with_totals(ward.table("q", "age")), with_totals(ward.table("q", "age", "area"))
    everybody = Laid(("q", "age"), Shown(whole, np.ones(whole.shape, dtype=bool)))
    shown = np.ones(part.shape, dtype=bool)
    shown[1, 1, 1] = False
    naive = Laid(("q", "age", "area"), Shown(part, shown))
    assert part[1, 1, 1] == 3
    assert bounds(ward, [everybody, naive], naive, (1, 1, 1)) == [pytest.approx(3), pytest.approx(3)]
    assert prove(naive, [everybody], ward.people).left == ((1, 1, 1),)


def test_a_table_is_given_away_by_another_question_that_says_the_same():
    """Each table is safe by itself; who is in the north is who is young, and that table shows it."""
    ward = Ward(0)
    ward.counts[:] = 0
    for q, (young, old) in enumerate([(3, 30), (25, 27), (12, 40)]):
        ward.counts[q, 0, 0, 0], ward.counts[q, 1:, 1, 0] = young, old
    hiding = Laid(("q", "age"), suppress_two(ward.table("q", "age")))
    assert not hiding.table.shown[0, 0]
    assert prove(hiding, [], ward.people).left == ()
    counts, who = with_totals(ward.table("q", "area")), with_totals(ward.table("age", "area"))
    telling = Laid(("q", "area"), Shown(counts, counts != 3))
    assert prove(hiding, [telling], ward.people).left == (), "nobody knows yet that these are the same people"
    where = Laid(("age", "area"), Shown(who, np.ones(who.shape, dtype=bool)))
    assert prove(hiding, [telling, where], ward.people).left, "no other world looks the same in all three"


def test_weighted_shares_in_public_leave_fewer_worlds():
    ward = Ward(0)
    ward.counts[:] = 0
    ward.counts[:, :, 0, 0] = [[3, 30, 21], [25, 27, 33], [12, 40, 28]]
    laid = ward.laid("q", "age")

    def people(keys):
        found = ward.people(keys)
        heavy = found.places[:, 1] == 0 if len(keys) > 1 else np.zeros(len(found.places), dtype=bool)
        return People(found.keys, found.places, found.counts, np.where(heavy, 3.0, 0.5))

    weights = np.array([3.0, 0.5, 0.5])
    sums = (ward.table("q", "age") * weights).sum(axis=1)
    exact = {answer: (each - 1e-6, each + 1e-6) for answer, each in enumerate(sums / sums.sum())}
    coarse = {answer: (each - 0.2, each + 0.2) for answer, each in enumerate(sums / sums.sum())}
    assert prove(laid, [], people, [WeightedShares("q", frozenset({"age"}), coarse)]).left == ()
    assert prove(laid, [], people, [WeightedShares("q", frozenset({"age"}), exact)]).left
