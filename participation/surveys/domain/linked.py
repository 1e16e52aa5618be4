"""Tables that are published together must not give single people away together (公開する表どうしの確かめ).

A table may be safe by itself (`disclosure`) and still be given away by another one of the same people: by the same
question under another filter, by a chain of tables, by weighted shares. So nothing is taken for safe that is not
proved over everything that is, or ever was, in public.

The proof of a small number is another world: a list of as many people, with the same answer to nearly everything,
in which every figure in public is the same, and the number is another one. To find it, one question of the table
(the pivot) is answered anew by everybody, all else is kept. Only tables in which the pivot stands can notice, so it
is a matter of people by pivot and by what stands beside it in any table: unknown whole numbers x[group, answer], an
equation for each group, each answer and each published figure (integer programming; the audit of M. Fischetti &
J. J. Salazar-González 2001, turned from "is it given away" to "is it proved not to be"). A world with nobody in the
cell and a world with more in it than there are: then neither can be excluded. What the questionnaire itself rules
out (a branch, at most three) is not part of the proof.

A table whose small numbers have no such worlds is not published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily
from participation.surveys.domain.disclosure import LEAST_CELL, Shown

# Only who prepares tables needs them, and they take much memory.
if TYPE_CHECKING:
    import numpy as np
    from scipy import optimize, sparse
else:
    np = lazily("numpy")
    optimize, sparse = lazily("scipy.optimize"), lazily("scipy.sparse")

#: Beyond this the worlds of a pivot are not searched; a smaller pivot may do.
MOST_UNKNOWNS = 12_000
#: Programs solved for one table at most, and seconds for each.
MOST_PROGRAMS, MOST_SECONDS = 400, 2.0
#: How often more is withheld before a table is given up.
MOST_ROUNDS = 12
GIVEN_AWAY = (
    "ほかの公開する表と合わせると、5人に満たない数が分からないことを確かめられないため、出していません。"
)

Place = tuple[int, ...]


@dataclass(frozen=True)
class Laid:
    """A table as it is in public: the key of each axis, the counts, and which of them are shown."""

    keys: tuple[str, ...]
    table: Shown

    def protected(self) -> list[Place]:
        """Return the places of the small numbers, those among totals too."""
        found = np.argwhere(~self.table.shown & (self.table.counts < LEAST_CELL))
        return [tuple(int(each) for each in place) for place in found]


@dataclass(frozen=True)
class People:
    """People by combination: a row for each, a column of places for each key; `weights` of one person of the row."""

    keys: tuple[str, ...]
    places: np.ndarray
    counts: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class WeightedShares:
    """Weighted shares in public: by place of a question the least and the most that the rounded figure allows."""

    key: str
    #: The questions that decide on the weights: they cannot be answered anew.
    by: frozenset[str]
    between: Mapping[int, tuple[float, float]]


#: Returns the people by these keys, each combination with its weights apart.
PeopleOf = Callable[[Sequence[str]], People]


@dataclass(frozen=True)
class Proof:
    """What was found of a table: small numbers that are not proved safe, and by which pivots the others are."""

    left: tuple[Place, ...]
    pivots: frozenset[str]


def prove(
    table: Laid, others: Iterable[Laid], people_of: PeopleOf, shares: Sequence[WeightedShares] = ()
) -> Proof:
    """Prove the small numbers of a table safe beside itself, everything else in public and the weighted shares."""
    everything = [*others, table]
    left = {(place, True) for place in table.protected()}
    left |= {(place, False) for place, _ in left if table.table.counts[place]}
    pivots = [key for key in table.keys if not any(key in each.by for each in shares)]
    used = set()
    for pivot in sorted(pivots, key=lambda key: len(beside(key, everything))):
        axis = table.keys.index(pivot)
        here = sorted(each for each in left if each[0][axis] < _size(table, pivot))
        worlds = _worlds(pivot, everything, people_of, shares) if here else None
        found = worlds.proved(table, here) if worlds is not None else set()
        if found:
            used.add(pivot)
            left -= found
    return Proof(tuple(sorted({place for place, _ in left})), frozenset(used))


def withhold_more(
    start: Laid, others: Sequence[Laid], people_of: PeopleOf, shares: Sequence[WeightedShares] = ()
) -> tuple[Laid, Proof]:
    """Withhold further numbers of a table, the smallest beside an unproved one first, until all are proved.

    Totals stay shown. What is still unproved when no more can be withheld is named in the proof.
    """
    counts, shown = start.table.counts, start.table.shown.copy()
    inner = np.zeros(shown.shape, dtype=bool)
    inner[tuple(slice(0, -1) for _ in shown.shape)] = True
    laid = Laid(start.keys, Shown(counts, shown))
    proof = prove(laid, others, people_of, shares)
    for _ in range(MOST_ROUNDS):
        if not proof.left:
            break
        before = shown.sum()
        for place in proof.left:
            _withhold_beside(place, counts, shown, inner)
        if shown.sum() == before:
            break
        proof = prove(laid, others, people_of, shares)
    return laid, proof


def _withhold_beside(place: Place, counts: np.ndarray, shown: np.ndarray, inner: np.ndarray) -> None:
    """Withhold the smallest number on each line through a place; where none is left, the smallest of all."""
    found = []
    for axis in range(len(place)):
        line = [
            (int(counts[at]), at)
            for number in range(shown.shape[axis])
            if shown[at := (*place[:axis], number, *place[axis + 1 :])] and inner[at]
        ]
        found += [min(line)] if line else []
    if not found:
        rest = [tuple(int(each) for each in at) for at in np.argwhere(shown & inner)]
        found = [min((int(counts[at]), at) for at in rest)] if rest else []
    for _, at in found:
        shown[at] = False


def beside(pivot: str, tables: Iterable[Laid]) -> tuple[str, ...]:
    """Return what stands beside a question in any of the tables."""
    return tuple(sorted({key for table in tables if pivot in table.keys for key in table.keys} - {pivot}))


def _size(table: Laid, key: str) -> int:
    return int(table.table.counts.shape[table.keys.index(key)]) - 1


def _worlds(
    pivot: str, tables: Sequence[Laid], people_of: PeopleOf, shares: Sequence[WeightedShares]
) -> _Worlds | None:
    people = people_of((pivot, *beside(pivot, tables)))
    size = int(people.places[:, 0].max(initial=0)) + 1
    size = max([size, *(_size(table, pivot) for table in tables if pivot in table.keys)])
    groups = np.unique(np.column_stack([people.places[:, 1:], people.weights]), axis=0)
    if len(groups) * size > MOST_UNKNOWNS:
        return None
    return _Worlds(pivot, size, people, groups, tables, [each for each in shares if each.key == pivot])


class _Worlds:
    """All lists of people that differ in one question only and look the same in public."""

    def __init__(
        self,
        pivot: str,
        size: int,
        people: People,
        groups: np.ndarray,
        tables: Sequence[Laid],
        shares: Sequence[WeightedShares],
    ) -> None:
        self.pivot, self.size, self.keys = pivot, size, people.keys[1:]
        self.groups, self.weights = groups[:, :-1].astype(int), groups[:, -1]
        rows = np.column_stack([people.places[:, 1:], people.weights])
        order = {tuple(row): number for number, row in enumerate(groups.tolist())}
        where = np.array([order[tuple(row)] for row in rows.tolist()], dtype=int)
        self.true = np.zeros((len(groups), size))
        np.add.at(self.true, (where, people.places[:, 0]), people.counts)
        self.programs = 0
        self._equations(tables)
        self._shares(shares)

    def _equations(self, tables: Sequence[Laid]) -> None:
        """Each group stays as large, each answer as frequent, each figure in public as it is."""
        cells = np.arange(self.true.size).reshape(self.true.shape)
        sums = {each.tobytes(): each for each in (*cells, *cells.T)}
        for table in tables:
            if self.pivot in table.keys:
                axis = table.keys.index(self.pivot)
                for found in np.argwhere(table.table.shown):
                    place = tuple(int(each) for each in found)
                    if place[axis] < _size(table, self.pivot):
                        inside = np.flatnonzero(self.mask(table, place))
                        sums.setdefault(inside.tobytes(), inside)
        flat = [each for each in sums.values() if len(each)]
        lines = np.repeat(np.arange(len(flat)), [len(each) for each in flat])
        columns = np.concatenate(flat)
        matrix = sparse.coo_array(
            (np.ones(len(columns)), (lines, columns)), shape=(len(flat), self.true.size)
        )
        known = matrix @ self.true.ravel()
        self.rules = [optimize.LinearConstraint(matrix.tocsr(), known, known)]

    def _shares(self, shares: Sequence[WeightedShares]) -> None:
        for each in shares:
            answered = np.zeros(self.true.shape)
            answered[:, list(each.between)] = self.weights[:, None]
            for answer, (least, most) in each.between.items():
                part = np.zeros(self.true.shape)
                part[:, answer] = self.weights
                self.rules.append(
                    optimize.LinearConstraint((part - least * answered).reshape(1, -1), 0, np.inf)
                )
                self.rules.append(
                    optimize.LinearConstraint((part - most * answered).reshape(1, -1), -np.inf, 0)
                )

    def mask(self, table: Laid, place: Place) -> np.ndarray:
        """Return which unknowns a number of a table is the sum of."""
        inside = np.ones(len(self.groups), dtype=bool)
        answers = slice(None)
        for axis, key in enumerate(table.keys):
            if place[axis] == table.table.counts.shape[axis] - 1:
                continue
            if key == self.pivot:
                answers = slice(place[axis], place[axis] + 1)
            else:
                inside &= self.groups[:, self.keys.index(key)] == place[axis]
        mask = np.zeros(self.true.shape, dtype=bool)
        mask[inside, answers] = True
        return mask

    def proved(self, table: Laid, wanted: Sequence[tuple[Place, bool]]) -> set[tuple[Place, bool]]:
        """Return which of the numbers are nobody (False) or more than they are (True) in some world."""
        masks = {place: self.mask(table, place) for place, _ in wanted}
        found: set[tuple[Place, bool]] = set()
        for place, up in wanted:
            if (place, up) in found:
                continue
            world = self._find(masks[place], int(table.table.counts[place]) + 1 if up else 0, up=up)
            if world is None:
                continue
            # One world often says as much of other numbers.
            for other, mask in masks.items():
                number, true = int(world[mask].sum()), int(table.table.counts[other])
                if number == 0:
                    found.add((other, False))
                if number > true:
                    found.add((other, True))
        return found & set(wanted)

    def _find(self, mask: np.ndarray, number: int, *, up: bool) -> np.ndarray | None:
        if self.programs >= MOST_PROGRAMS:
            return None
        self.programs += 1
        low, high = (number, np.inf) if up else (-np.inf, number)
        target = optimize.LinearConstraint(mask.ravel().astype(float).reshape(1, -1), low, high)
        room = np.repeat(self.true.sum(axis=1), self.size)
        answer = optimize.milp(
            np.zeros(self.true.size),
            integrality=np.ones(self.true.size),
            bounds=optimize.Bounds(0, room),
            constraints=[*self.rules, target],
            options={"time_limit": MOST_SECONDS},
        )
        if answer.x is None:
            return None
        world = np.rint(answer.x).reshape(self.true.shape)
        return world if self._is_the_same(world) else None

    def _is_the_same(self, world: np.ndarray) -> bool:
        """Hold a world against every rule once more: what a solver rounds is no proof."""
        if (world < 0).any():
            return False
        for rule in self.rules:
            sums = rule.A @ world.ravel()
            if (sums < np.asarray(rule.lb) - 1e-9).any() or (sums > np.asarray(rule.ub) + 1e-9).any():
                return False
        return True
