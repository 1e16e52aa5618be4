"""Comparing all opinions of a consultation at once: which are like none in a point, and which speak of something new.

Opinions are rows, pairs of letters columns, rare pairs weigh more; how alike two are is the cosine of their rows
(`finding.alike` asks the same of two texts). Nothing here depends on the order in which opinions are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily
from participation.reading.domain.finding import SOMEWHAT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse
    from scipy.sparse import csr_matrix

    Ints = NDArray[np.int64]
else:
    np = lazily("numpy")
    sparse = lazily("scipy.sparse")

#: So many opinions are compared with all others at a time.
_AT_ONCE = 400
#: Something new is spoken of by at least so many people.
NEW_PEOPLE = 5
#: A pair in a larger share of all opinions tells none apart.
_COMMON = 0.2


@dataclass(frozen=True)
class Voice:
    """An opinion to be compared."""

    opinion_id: int
    in_point: bool
    said_at: datetime
    #: Equal for two opinions of one person.
    speaker: str
    #: The submission it came in, and how many people speak in that: a class is as many as it is.
    submission_id: int = 0
    people: int = 1


def people_in(voices: Sequence[Voice]) -> int:
    """Return how many people spoke: each once, and of whoever handed in for several also the others."""
    sent = {each.submission_id: each.people for each in voices}
    return len({each.speaker for each in voices}) + sum(people - 1 for people in sent.values())


@dataclass(frozen=True)
class Compared:
    """An opinion that is in no point: how near the nearest one is that is in one, and what new topic it belongs to."""

    opinion_id: int
    likeness: float
    nearest_id: int | None
    leads_id: int | None = None


def compare(voices: Sequence[Voice], owners: Ints, pairs: Ints, since: datetime) -> list[Compared]:
    """Return the opinions in no point, by their ids; `owners` and `pairs` say which opinion has which pair.

    New is what came from `since` on, is like nothing said before, and was said by several people.
    """
    ordered = sorted(voices, key=lambda each: each.opinion_id)
    table = _weighted(np.array([each.opinion_id for each in ordered], dtype=np.int64), owners, pairs)
    grouped = np.array([row for row, each in enumerate(ordered) if each.in_point], dtype=np.int64)
    rest = np.array([row for row, each in enumerate(ordered) if not each.in_point], dtype=np.int64)
    value, nearest = _nearest(table, rest, grouped)
    leads = _new_topics(table, ordered, rest, since)
    return [
        Compared(
            ordered[row].opinion_id,
            round(float(value[place]), 4),
            ordered[nearest[place]].opinion_id if value[place] > 0 else None,
            leads.get(int(row)),
        )
        for place, row in enumerate(rest)
    ]


def _weighted(ids: Ints, owners: Ints, pairs: Ints) -> csr_matrix:
    rows = np.searchsorted(ids, owners)
    known = (
        (rows < len(ids)) & (ids[np.minimum(rows, max(len(ids) - 1, 0))] == owners)
        if len(ids)
        else owners < 0
    )
    rows, pairs = rows[known], pairs[known]
    _, columns = np.unique(pairs, return_inverse=True)
    width = int(columns.max()) + 1 if len(columns) else 1
    counts = np.bincount(columns, minlength=width)
    weights = np.sqrt(np.log(1 + len(ids) / np.maximum(counts, 1)))
    weights[counts > max(len(ids) * _COMMON, 20)] = 0.0
    table = sparse.csr_matrix(
        (weights[columns].astype(np.float32), (rows, columns)), shape=(len(ids), width), dtype=np.float32
    )
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-9)) @ table)


def _nearest(table: csr_matrix, some: Ints, others: Ints) -> tuple[NDArray[np.float64], Ints]:
    """Return for each of some rows how like the one of the others is that is most like it, and which that is."""
    value, which = np.zeros(len(some)), np.zeros(len(some), dtype=np.int64)
    if not len(others):
        return value, which
    turned = sparse.csr_matrix(table[others].T)
    for start in range(0, len(some), _AT_ONCE):
        part = np.asarray((table[some[start : start + _AT_ONCE]] @ turned).todense())
        best = part.argmax(axis=1)
        value[start : start + _AT_ONCE] = part[np.arange(len(best)), best]
        which[start : start + _AT_ONCE] = others[best]
    return value, which


def _new_topics(table: csr_matrix, ordered: Sequence[Voice], rest: Ints, since: datetime) -> dict[int, int]:
    """Return row → the id of the opinion that leads its new topic: that which is like those of most people."""
    before = np.array([row for row, each in enumerate(ordered) if each.said_at < since], dtype=np.int64)
    recent = np.array([row for row in rest if ordered[row].said_at >= since], dtype=np.int64)
    if not len(recent) or not len(before):  # In its first days everything is new.
        return {}
    value, _ = _nearest(table, recent, before)
    unlike = recent[value < SOMEWHAT]
    near = (
        np.asarray((table[unlike] @ table[unlike].T).todense()) >= SOMEWHAT
        if len(unlike)
        else np.zeros((0, 0))
    )
    left = np.ones(len(unlike), dtype=bool)
    others = np.array([ordered[row].people - 1 for row in unlike], dtype=np.int64)
    classes = np.flatnonzero(others)
    found: dict[int, int] = {}
    while left.any():
        # Opinions, and of a class the others: never fewer than people, of whom somebody may say it twice.
        sizes = (near & left).sum(axis=1) + (near[:, classes] & left[classes]) @ others[classes]
        sizes *= left
        leader = int(sizes.argmax())
        members = np.flatnonzero(near[leader] & left)
        if people_in([ordered[unlike[each]] for each in members]) < NEW_PEOPLE:
            left[leader] = False
            if sizes[leader] < NEW_PEOPLE:
                break
            continue
        for each in members:
            found[int(unlike[each])] = ordered[unlike[leader]].opinion_id
        left[members] = False
    return found
