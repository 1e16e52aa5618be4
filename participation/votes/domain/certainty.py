"""What equal shares buy for certain (確かに言えること): for every share between two, with floating point and no doubt.

For one order of buying, whoever begins with more never has less at any later moment, and a project never has
a higher ρ: a larger purse pays more of the cost and ρ falls, so what is left of it is larger, too. So two runs
bound all runs between them: one with the smallest share, in which every rounding goes down, and one with the
largest, in which every rounding goes up. As long as the next project is cheaper with the smaller purses than
every other with the larger ones, it is bought next in all of these runs. Where two come too close to tell, nothing
is said, and whoever asked counts exactly.

How far roundings reach: a sum over a million purses, taken in pairs as numpy takes it, is off by less than
1e-13 of itself; every bound is moved by ten times as much.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazily("numpy")

_SLACK = 1e-12
_DOWN, _UP = 1 - _SLACK, 1 + _SLACK


@dataclass(frozen=True)
class Supporters:
    """The supporters of one project: which groups, what it is worth to one of each, how many they are."""

    groups: NDArray[np.int64]
    worth: NDArray[np.float64]
    sizes: NDArray[np.float64]


def supporters(backers: Sequence[tuple[int, int, int]]) -> Supporters:
    """Return the supporters of a project from (group, worth, how many)."""
    groups, worth, sizes = zip(*backers, strict=True)
    return Supporters(
        np.array(groups, dtype=np.int64),
        np.array(worth, dtype=np.float64),
        np.array(sizes, dtype=np.float64),
    )


class Bounds:
    """Runs whose every purse lies between two: what all of them buy, or nothing where that is not certain."""

    def __init__(self, costs: dict[int, int], backers: dict[int, Supporters], groups: int) -> None:
        """Take the projects that can be bought: their costs and their supporters, in the units of the market."""
        self._costs, self._backers, self._size = costs, backers, groups

    def bought(self, least: float, most: float) -> frozenset[int] | None:
        """Return what is bought with every share from `least` to `most`; None where it is not certain."""
        low, high = np.full(self._size, least * _DOWN), np.full(self._size, most * _UP)
        queue = [(0.0, project, -1) for project in self._costs]
        chosen: list[int] = []
        while queue:
            at_least, project, seen = heapq.heappop(queue)
            if seen < len(chosen):
                fresh = self._rho(project, at_least, high, _DOWN)
                if fresh is not None:
                    heapq.heappush(queue, (fresh, project, len(chosen)))
                continue
            at_most = self._rho(project, at_least, low, _UP)
            if at_most is None or self._may_be_overtaken(project, at_most, queue, high, len(chosen)):
                return None
            self._pay(project, at_most * _UP, low, _DOWN)
            self._pay(project, at_least * _DOWN, high, _UP)
            chosen.append(project)
        return frozenset(chosen)

    def _may_be_overtaken(
        self,
        chosen: int,
        at_most: float,
        queue: list[tuple[float, int, int]],
        high: NDArray[np.float64],
        bought: int,
    ) -> bool:
        """Return whether another project may come first and change something; leave the queue in order.

        One that nobody supports who supports the chosen one changes nothing for it, nor it for that one.
        """
        beside = []
        while queue and queue[0][0] <= at_most:
            at_least, project, seen = heapq.heappop(queue)
            fresh = at_least if seen == bought else self._rho(project, at_least, high, _DOWN)
            if fresh is None:
                continue
            if fresh <= at_most and self._share_supporters(chosen, project):
                return True
            beside.append((fresh, project, bought))
        for offer in beside:
            heapq.heappush(queue, offer)
        return False

    def _share_supporters(self, one: int, other: int) -> bool:
        return np.intersect1d(self._backers[one].groups, self._backers[other].groups).size > 0

    def _rho(self, project: int, known: float, purses: NDArray[np.float64], slack: float) -> float | None:
        """Return ρ for a cost that is moved by `slack`, from one that is not larger; None where it is too dear.

        The sum of min(purse, ρ × worth) bends downwards, so each step along its slope stays below the ρ
        that is looked for, and the last one, after which nobody's purse gives out, is it.
        """
        backers = self._backers[project]
        held, cost = purses[backers.groups], self._costs[project] * slack
        whole = held * backers.sizes
        if whole.sum() < cost:
            return None
        weight = backers.worth * backers.sizes
        rho, poor_before = known, -1
        while True:
            is_poor = held < rho * backers.worth
            poor = int(np.count_nonzero(is_poor))
            if poor in (poor_before, len(held)):
                return rho
            poor_before = poor
            rho = max(rho, float((cost - whole[is_poor].sum()) / weight[~is_poor].sum()))

    def _pay(self, project: int, rho: float, purses: NDArray[np.float64], slack: float) -> None:
        """Take ρ × worth, or what is left, from every supporter."""
        backers = self._backers[project]
        left = purses[backers.groups] - rho * backers.worth
        purses[backers.groups] = np.maximum(left, 0.0) * slack
