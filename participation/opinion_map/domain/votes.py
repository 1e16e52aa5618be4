"""Votes (票) as the table that everything is computed from: each pair of participant and statement once.

The order is canonical – ids that are numbers by their number, others as text – so a map does not
depend on the order in which the votes came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from participation.opinion_map.domain.answers import AGREE as AGREE
from participation.opinion_map.domain.answers import DISAGREE as DISAGREE
from participation.opinion_map.domain.answers import PASS as PASS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Signs = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Votes:
    """Votes sorted by participant, then statement. A participant or a statement may have none."""

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    rows: Places
    columns: Places
    #: AGREE, PASS or DISAGREE.
    values: Signs

    @property
    def count(self) -> int:
        """How many votes there are."""
        return len(self.values)

    @cached_property
    def per_participant(self) -> Ints:
        """How many votes each participant gave, passes included."""
        return np.bincount(self.rows, minlength=len(self.participants))

    @cached_property
    def per_statement(self) -> Ints:
        """How many votes each statement got, passes included."""
        return np.bincount(self.columns, minlength=len(self.statements))

    @cached_property
    def means(self) -> Floats:
        """The mean vote of each statement; 0 for one that nobody saw."""
        total = np.bincount(self.columns, weights=self.values, minlength=len(self.statements))
        return total / np.maximum(self.per_statement, 1)

    def table(self, cells: Floats) -> csr_matrix:
        """Return participants × statements with a number for each vote, in the order of the votes."""
        starts = np.zeros(len(self.participants) + 1, dtype=np.int32)
        np.cumsum(self.per_participant, out=starts[1:])
        shape = (len(self.participants), len(self.statements))
        return csr_matrix((cells, self.columns, starts), shape=shape, copy=False)

    def of(self, some: Ints) -> Votes:
        """Return the votes of these participants only, on all statements."""
        number = np.full(len(self.participants), -1, dtype=np.int32)
        number[some] = np.arange(len(some), dtype=np.int32)
        stays = number[self.rows] >= 0
        names = tuple(self.participants[each] for each in some)
        return Votes(
            names, self.statements, number[self.rows[stays]], self.columns[stays], self.values[stays]
        )


def gather(
    participants: Sequence[str],
    statements: Sequence[str],
    rows: Places,
    columns: Places,
    values: Signs,
) -> tuple[Votes, Ints]:
    """Put votes into the canonical order; of several by one participant on one statement the last counts.

    Also returns the places of the votes that no longer count.
    """
    people, row_of = _in_order(participants)
    texts, column_of = _in_order(statements)
    keys = row_of[rows].astype(np.int64) * max(len(texts), 1) + column_of[columns]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    is_last = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=is_last[:-1])
    replaced = np.sort(order[~is_last])
    if len(replaced):
        order, keys = order[is_last], keys[is_last]
    in_rows, in_columns = np.divmod(keys, max(len(texts), 1))
    votes = Votes(people, texts, in_rows.astype(np.int32), in_columns.astype(np.int32), values[order])
    return votes, replaced


def without_statements(votes: Votes, removed: Sequence[str]) -> tuple[Votes, int]:
    """Return the votes without those on removed statements, and how many those were."""
    gone = frozenset(removed)
    is_kept = np.array([each not in gone for each in votes.statements], dtype=bool)
    if is_kept.all():
        return votes, 0
    number = np.cumsum(is_kept, dtype=np.int32) - 1
    stays = is_kept[votes.columns]
    kept = Votes(
        votes.participants,
        tuple(each for each in votes.statements if each not in gone),
        votes.rows[stays],
        number[votes.columns[stays]].astype(np.int32),
        votes.values[stays],
    )
    return kept, votes.count - kept.count


def _in_order(ids: Sequence[str]) -> tuple[tuple[str, ...], Places]:
    """Return the ids in canonical order, and for each place in `ids` its place in that order."""
    ordered = sorted(range(len(ids)), key=_sort_key(ids))
    place = np.empty(len(ids), dtype=np.int32)
    place[ordered] = np.arange(len(ids), dtype=np.int32)
    return tuple(ids[each] for each in ordered), place


def _sort_key(ids: Sequence[str]) -> Callable[[int], tuple[int, str, str]]:
    if all(each.isascii() and each.isdigit() for each in ids):
        # By number without making one: an id may have thousands of digits.
        digits = [each.lstrip("0") for each in ids]
        return lambda place: (len(digits[place]), digits[place], ids[place])
    return lambda place: (0, ids[place], "")
