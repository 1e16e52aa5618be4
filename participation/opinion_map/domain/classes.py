"""Groups by the votes themselves (潜在クラス): each group has its own chance of every answer to every statement.

Two dimensions can hold three groups apart, hardly four. So the groups that stand near each other on the
model's two axes are a beginning only: then everybody is asked, vote by vote, in which group such votes
are most likely, and the chances are counted anew, a few times over. The chance of belonging to the own
group is a confidence. Chances of few votes are drawn to those of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from participation.opinion_map.domain.factors import factorise
from participation.opinion_map.domain.groups import MOST_GROUPS, group_into
from participation.opinion_map.domain.projection import project
from participation.opinion_map.domain.votes import AGREE, DISAGREE, PASS, Floats, Ints, Votes

ANSWERS = (AGREE, PASS, DISAGREE)
ROUNDS = 3
#: Where two dimensions are not enough to begin well.
MORE_ROUNDS = 12
#: How many votes of everybody stand behind the chances of a group.
_BEHIND = 6.0
#: The chances of more votes are counted from a part of the people.
_MANY_VOTES = 400_000


@dataclass(frozen=True, eq=False)
class Classes:
    """Groups as chances of answers."""

    #: For each answer: the logarithm of its chance, statements × groups.
    chances: tuple[Floats, ...]
    #: The logarithm of each group's share.
    shares: Floats
    #: The likelihood of all votes of those in groups.
    likelihood: float

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.shares)


def tables_of(votes: Votes) -> tuple[Any, ...]:
    """Return for each answer the table participants × statements of who gave it."""
    return tuple(votes.table((votes.values == answer).astype(np.float64)) for answer in ANSWERS)


def belonging(tables: tuple[Any, ...], classes: Classes) -> tuple[Floats, Floats]:
    """Return each participant's chance of belonging to each group, and the likelihood of his votes."""
    score = classes.shares + sum(
        np.asarray(table @ chance) for table, chance in zip(tables, classes.chances, strict=True)
    )
    best = score.max(axis=1, keepdims=True)
    each = np.exp(score - best)
    total = each.sum(axis=1, keepdims=True)
    return each / total, (best + np.log(total))[:, 0]


def refine(votes: Votes, placed: Ints, labels: Ints, count: int, rounds: int) -> Classes:
    """Begin with these groups of those who are placed, and ask and count anew so many times."""
    tables = tables_of(votes)
    across = tuple(table.T.tocsr() for table in tables)
    totals = [np.asarray(table.sum(axis=1)).ravel() + 1.0 for table in across]
    usual = [total / sum(totals) for total in totals]
    member = np.zeros((len(votes.participants), count))
    member[placed, labels] = 1.0
    for turn in range(rounds + 1):
        counted = [np.asarray(table @ member) for table in across]
        everything = sum(counted) + _BEHIND
        chances = tuple(
            np.log((each + _BEHIND * all_[:, None]) / everything)
            for each, all_ in zip(counted, usual, strict=True)
        )
        shares = np.log((member.sum(axis=0) + 1.0) / (member.sum() + count))
        if turn == rounds:
            break
        belongs, _ = belonging(tables, Classes(chances, shares, 0.0))
        member[placed] = belongs[placed]
    found = Classes(chances, shares, 0.0)
    _, likelihood = belonging(tables, found)
    return Classes(chances, shares, float(likelihood[placed].sum()))


def classes_of(votes: Votes, placed: Ints, count: int, seed: int) -> Classes | None:
    """Return so many groups, beginning with those who stand together on the model's two axes."""
    positions = factorise(votes, project(votes, 1e-3).components, 8).positions[placed]
    return _refined(votes, placed, positions, count, seed)


def _refined(votes: Votes, placed: Ints, positions: Floats, count: int, seed: int) -> Classes | None:
    near = group_into(positions, count, seed)
    if near is None or near.count < count:
        return None
    return refine(votes, placed, near.labels, count, ROUNDS if count < 4 else MORE_ROUNDS)


def _sample(votes: Votes, placed: Ints, positions: Floats) -> tuple[Votes, Ints, Floats]:
    """Return every n-th of those who are placed: the chances of so many votes are known well enough."""
    step = -(-votes.count // _MANY_VOTES)
    some = placed[::step]
    return votes.of(some), np.arange(len(some)), positions[::step]


def best_classes(votes: Votes, placed: Ints, positions: Floats, count: int, seed: int) -> Classes | None:
    """Return `count` groups, or more if four or five explain the votes so much better that it is no chance.

    Every further group costs as many chances as there are statements, twice. They are drawn to those
    of everybody, so each is counted as half an unknown (Schwarz's criterion).
    """
    if votes.count > _MANY_VOTES:
        votes, placed, positions = _sample(votes, placed, positions)
    found = {
        each: _refined(votes, placed, positions, each, seed) for each in {count, *range(3, MOST_GROUPS + 1)}
    }
    there = {each: classes for each, classes in found.items() if classes is not None}
    unknowns = len(votes.statements) * np.log(max(len(placed), 2))
    cost = {each: (each - 1) * unknowns - 2 * classes.likelihood for each, classes in there.items()}
    if not there:
        return None
    best = min(cost, key=lambda each: (cost[each], each))
    return there[best] if best > max(count, 3) else there.get(count)
