"""Tables in public must not give single people away (秘匿処理): which cells are shown, and which are not.

What is promised, and what the tests attack:

* A table stands on at least ten people (`LEAST_PEOPLE`), else there is none.
* Everybody falls into exactly one category of each question: who gave no answer is the category 無回答. Categories
  with fewer than ten people are put together into one (`merge_small`), the same way in every table.
* A cell with fewer than five people, nobody included, is never shown (primary suppression, 一次秘匿).
* Further cells are withheld (secondary suppression, 二次秘匿) so that whoever knows every published figure of the
  table, of its filtered versions for every category of the filter, all their totals and every question's own figures,
  still cannot exclude any number from 0 up to one more than the true number. Mostly not even any from 0 to 4: that is
  tried first. So neither totals nor the difference between a filter and its complement give a cell away.
* Which cells of a table of two questions are withheld does not depend on the filter. A filter for which the promise
  cannot be kept is not offered.
* All this of one table. What several tables give away together is looked at when they are published (`linked`).

How: the hypercube method (R. D. Repsilber 1994; S. Giessing, ARGUS handbook, chapter 4.2: GHMITER). A cell is safe
when it is the corner of a box of withheld cells along which people can be moved to and fro, +t here and −t there,
so that no published sum changes and no number falls below nobody. Each such box is a proof: another table with the
same published figures exists. Totals are cells like the others (the last place of each axis), so a box may pass
through a total that is itself withheld. Every question's own figures are published and are never moved.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")


#: Fewer people than this in a cell are not shown.
LEAST_CELL = 5
#: Fewer people than this are not broken down, and no category of a public table is smaller.
LEAST_PEOPLE = 10
WITHHELD = "―"
WITHHELD_WORDS = "「―」は、答えた人が5人に満たないか、ほかの数から5人に満たない数が分かってしまうため出していないところです。"
CANNOT_BE_SHOWN = "この組み合わせは、少人数の答えが分かってしまうおそれがあるため、表を出していません。"
TOO_FEW = f"答えた人が{LEAST_PEOPLE}人に満たないため、表を出していません。"

#: Beyond this the boxes are not searched: a page must answer in time. Such a table is not offered.
MOST_CELLS = 12_000


@dataclass(frozen=True)
class Shown:
    """A table with which of its cells are shown; the last place of each axis holds the totals."""

    counts: np.ndarray
    shown: np.ndarray

    def at(self, *place: int) -> int | None:
        """Return the number at a place, or None where it is withheld; −1 is the total of an axis."""
        return int(self.counts[place]) if self.shown[place] else None


def with_totals(counts: np.ndarray) -> np.ndarray:
    """Return the table with one more place on every axis, its total."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def merge_small(counts: Sequence[int], least: int = LEAST_PEOPLE) -> list[list[int]] | None:
    """Return the categories' places in groups with at least `least` people each; None if not two groups remain.

    The small ones are put together; if they are still too few, the next smallest joins them. Categories that nobody
    chose are left out. The order of the first member is kept, and the joined group comes last.
    """
    used = [place for place, count in enumerate(counts) if count]
    by_size = sorted(used, key=lambda place: (counts[place], place))
    joined = [place for place in by_size if counts[place] < least]
    if joined:
        for place in by_size[len(joined) :]:
            if sum(counts[each] for each in joined) >= least:
                break
            joined.append(place)
        if sum(counts[each] for each in joined) < least:
            return None
    groups = [[place] for place in used if place not in joined] + ([sorted(joined)] if joined else [])
    return groups if len(groups) >= 2 else None


def suppress_two(counts: np.ndarray, *, least: int = LEAST_CELL) -> Shown | None:
    """Return a table of two questions with what may be shown of it; None if it cannot be shown safely.

    With a larger `least` more is withheld from the start, for tables that others would give away.
    """
    if counts.sum() < LEAST_PEOPLE or counts.size > MOST_CELLS:
        return None
    whole = with_totals(counts)
    inner = np.zeros(whole.shape, dtype=bool)
    inner[:-1, :-1] = True
    withheld = inner & (whole < least)
    found = _protect(whole, withheld, may_withhold=inner)
    return None if found is None else Shown(whole, ~found)


def suppress_three(counts: np.ndarray, *, least: int = LEAST_CELL) -> Shown | None:
    """Return a table of two questions by every category of a third; None if it cannot be shown safely.

    The totals over each axis are the tables of two questions: what is withheld there stays as `suppress_two`
    decides, whatever the third question is. `least` as there.
    """
    if counts.sum() < LEAST_PEOPLE or counts.size > MOST_CELLS:
        return None
    first = withheld_at_least(counts, least=least)
    if first is None:
        return None
    whole = with_totals(counts)
    inner = np.zeros(whole.shape, dtype=bool)
    inner[:-1, :-1, :-1] = True
    found = _protect(whole, first, may_withhold=inner)
    return None if found is None else Shown(whole, ~found)


def withheld_at_least(counts: np.ndarray, *, least: int = LEAST_CELL) -> np.ndarray | None:
    """Return what is withheld of a table of three whatever else is: small numbers, and what its totals withhold."""
    whole = with_totals(counts)
    withheld = np.zeros(whole.shape, dtype=bool)
    for axis in range(3):
        face = suppress_two(counts.sum(axis=axis), least=least)
        if face is None:
            return None
        place: list[slice | int] = [slice(None)] * 3
        place[axis] = -1
        withheld[tuple(place)] |= ~face.shown
    inner = np.zeros(whole.shape, dtype=bool)
    inner[:-1, :-1, :-1] = True
    withheld |= inner & (whole < least)
    # What is withheld for everybody is withheld in every part of them: parts that are shown would be added up.
    withheld[:, :, :-1] |= withheld[:, :, -1:] & inner[:, :, :-1]
    withheld[:, :-1, :] |= withheld[:, -1:, :] & inner[:, :-1, :]
    withheld[:-1, :, :] |= withheld[-1:, :, :] & inner[:-1, :, :]
    return withheld


def _protect(whole: np.ndarray, withheld: np.ndarray, *, may_withhold: np.ndarray) -> np.ndarray | None:
    """Withhold more until every small cell has its boxes; None where one cannot have them."""
    withheld = withheld.copy()
    small = [tuple(int(i) for i in place) for place in np.argwhere(withheld & (whole < LEAST_CELL))]
    for place in sorted(small, key=lambda at: (-int(whole[at]), at)):
        count = int(whole[place])
        # First for the whole range of small numbers, both ways; then for one more than the truth.
        for up in sorted({max(1, LEAST_CELL - 1 - count), 1}, reverse=True):
            box = _box(whole, withheld, place, up, may_withhold, sign=1)
            if box is not None:
                break
        else:
            return None
        _withhold(withheld, place, box)
        if count:
            box = _box(whole, withheld, place, count, may_withhold, sign=-1)
            if box is None:
                return None
            _withhold(withheld, place, box)
    return withheld


def _withhold(withheld: np.ndarray, place: tuple[int, ...], partner: tuple[int, ...]) -> None:
    for corner in itertools.product(*zip(place, partner, strict=True)):
        withheld[corner] = True


def _box(
    whole: np.ndarray,
    withheld: np.ndarray,
    place: tuple[int, ...],
    amount: int,
    may_withhold: np.ndarray,
    *,
    sign: int,
) -> tuple[int, ...] | None:
    """Return the opposite corner of the cheapest box along which `amount` can be moved to (+) or from (−) a place.

    Going along an axis to another category turns the sign, going to (or from) the total keeps it. A corner that
    loses must hold the amount; a corner that is shown now costs as many people as it holds.
    """
    cost = np.zeros(whole.shape)
    turning = np.ones(whole.shape, dtype=bool)
    for axis, at in enumerate(place):
        shape = [1] * whole.ndim
        shape[axis] = -1
        turning &= (np.arange(whole.shape[axis]) != at).reshape(shape)
    cost[~turning] = np.inf
    for moved in itertools.product((False, True), repeat=whole.ndim):
        if not any(moved):
            continue
        where = tuple(
            slice(None) if moves else slice(at, at + 1) for moves, at in zip(moved, place, strict=True)
        )
        counts, hidden, free = whole[where], withheld[where], may_withhold[where]
        price = np.where(hidden, 0.0, np.where(free, counts + 1.0, np.inf))
        price = np.where((_signs(whole.shape, place, moved) * sign < 0) & (counts < amount), np.inf, price)
        cost = cost + price
    best = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return tuple(int(i) for i in best) if np.isfinite(cost[best]) else None


def _signs(shape: tuple[int, ...], place: tuple[int, ...], moved: tuple[bool, ...]) -> np.ndarray:
    """Return with which sign each possible corner of this kind moves, for + at the place itself."""
    signs = np.ones([1] * len(shape))
    for axis, (at, moves) in enumerate(zip(place, moved, strict=True)):
        if not moves:
            continue
        last = shape[axis] - 1
        turn = np.full(shape[axis], 1.0 if at == last else -1.0)
        turn[last] = 1.0
        along = [1] * len(shape)
        along[axis] = -1
        signs = signs * turn.reshape(along)
    return signs
