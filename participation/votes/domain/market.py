"""The arithmetic of equal shares (均等配分方式の計算): who buys what, exactly and fast.

In each round, that project is bought whose supporters pay the least for what it is worth to them: the
smallest ρ for which the sum over its supporters of min(money left, ρ × worth) is the cost.

Everybody's money is a whole number over one common denominator, so nothing is rounded. Two facts make it
fast: ρ of a project can only grow while money is spent, so a project is looked at again only when its
last ρ is the smallest of all; and whoever could not pay ρ × worth then cannot pay it now.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm

from participation.votes.domain.ballots import Number
from participation.votes.domain.budgeting import Group
from participation.votes.domain.certainty import Bounds, supporters
from participation.votes.domain.tie_breaking import Lot


class Utility(StrEnum):
    """What a project is worth to a voter who supports it (支持の重み)."""

    CARDINAL = "cardinal"
    COST = "cost"


UTILITY_NAMES = {
    Utility.CARDINAL: "支持した案の数（点の票では点）で数える",
    Utility.COST: "支持した案の費用をかけて数える",
}


@dataclass(frozen=True)
class Purchase:
    """One project bought (選ばれた案): how many paid, and the most that one of them pays."""

    project: int
    supporters: int
    highest: Fraction
    #: Others that were as cheap for their supporters; the lot decided.
    tied: tuple[int, ...]


@dataclass(frozen=True)
class Shopping:
    """What was bought with one share for everybody (買い物の結果), and what the groups have left."""

    share: Fraction
    bought: tuple[Purchase, ...]
    cost: Number
    money: Sequence[int]
    denominator: int

    @property
    def projects(self) -> frozenset[int]:
        """Which projects were bought."""
        return frozenset(purchase.project for purchase in self.bought)


@dataclass(frozen=True)
class _Backers:
    """The supporters of a project to whom it is worth the same: positions of groups, and their sizes."""

    worth: int
    groups: tuple[int, ...]
    #: None where every group is a single voter.
    sizes: tuple[int, ...] | None
    voters: int


#: Last ρ in money per worth, rank in the lot, project, and how much was bought when it was computed.
_Offer = tuple[Fraction, int, int, int]


class Market:
    """The projects, their costs, and who supports them; what is bought depends on the share alone."""

    def __init__(
        self,
        groups: Sequence[Group],
        costs: Sequence[Number],
        utility: Utility,
        lot: Lot,
        *,
        without: Collection[int] = (),
    ) -> None:
        """Bring costs and worths to whole numbers."""
        self._lot = lot
        self._size = len(groups)
        self._unit = lcm(*(cost.denominator for cost in costs))
        self._costs = [int(cost * self._unit) for cost in costs]
        by_cost = self._costs if utility is Utility.COST else [1] * len(costs)
        scale = lcm(*{worth.denominator for group in groups for _, worth in group.worth})
        backers: list[dict[int, list[int]]] = [{} for _ in costs]
        for index, group in enumerate(groups):
            for project, worth in group.worth:
                backers[project].setdefault(int(worth * scale) * by_cost[project], []).append(index)
        self._backers = [
            [self._together(worth, found, groups) for worth, found in each.items()] for each in backers
        ]
        self._candidates = [
            project for project, each in enumerate(self._backers) if each and project not in without
        ]

    def cost_of(self, bought: Collection[int]) -> Fraction:
        """Return what projects cost together."""
        return Fraction(sum(self._costs[project] for project in bought), self._unit)

    def would_pay(self, rest: Number, bought: Collection[int]) -> bool:
        """Return whether the rest of a budget would pay a project that somebody wants and was not bought."""
        return any(
            self._costs[project] <= rest * self._unit for project in self._candidates if project not in bought
        )

    def bought_between(self, least: Number, most: Number) -> frozenset[int] | None:
        """Return what is bought with every share from `least` to `most`; None where only counting tells."""
        try:
            return self._bounds.bought(float(least * self._unit), float(most * self._unit))
        except OverflowError:
            return None  # Files may hold fractions whose common denominator no floating point reaches.

    def supporters(self, project: int) -> int:
        """Return how many voters support a project."""
        return sum(backers.voters for backers in self._backers[project])

    def held(self, project: int, shopping: Shopping) -> Fraction:
        """Return what the supporters of a project have left together."""
        return Fraction(self._held(project, shopping.money), shopping.denominator * self._unit)

    def buy(self, share: Number) -> Shopping:
        """Return what is bought when everybody has this share."""
        exact = Fraction(share) * self._unit
        money, denominator = [exact.numerator] * self._size, exact.denominator
        queue: list[_Offer] = [
            (Fraction(0), self._lot.rank(project), project, -1) for project in self._candidates
        ]
        heapq.heapify(queue)
        bought: list[Purchase] = []
        while queue:
            rho, rank, project, seen = heapq.heappop(queue)
            if seen < len(bought):
                fresh = self._price(project, rho, money, denominator)
                if fresh is not None:
                    heapq.heappush(queue, (fresh, rank, project, len(bought)))
                continue
            tied = self._as_cheap(queue, rho, money, denominator, len(bought))
            money, denominator, highest = self._pay(project, rho, money, denominator)
            bought.append(Purchase(project, self.supporters(project), highest, tied))
        cost = self.cost_of([purchase.project for purchase in bought])
        return Shopping(Fraction(share), tuple(bought), cost, money, denominator)

    @cached_property
    def _bounds(self) -> Bounds:
        """The same market in floating point, with bounds for what is rounded."""
        backers = {}
        for project in self._candidates:
            rows = [
                (group, each.worth, size)
                for each in self._backers[project]
                for group, size in zip(each.groups, each.sizes or (1,) * len(each.groups), strict=True)
            ]
            backers[project] = supporters(rows)
        return Bounds({project: self._costs[project] for project in self._candidates}, backers, self._size)

    def _together(self, worth: int, found: list[int], groups: Sequence[Group]) -> _Backers:
        sizes = tuple(groups[index].voters for index in found)
        voters = sum(sizes)
        return _Backers(worth, tuple(found), None if voters == len(found) else sizes, voters)

    def _held(self, project: int, money: Sequence[int]) -> int:
        total = 0
        for backers in self._backers[project]:
            if backers.sizes is None:
                total += sum([money[index] for index in backers.groups])
            else:
                total += sum(
                    [money[index] * size for index, size in zip(backers.groups, backers.sizes, strict=True)]
                )
        return total

    def _price(
        self, project: int, known: Fraction, money: Sequence[int], denominator: int
    ) -> Fraction | None:
        """Return ρ, at least as large as the one known before; None where the money does not suffice."""
        cost = self._costs[project] * denominator
        if self._held(project, money) < cost:
            return None
        # ρ as money / worth, in the unit of `money`; whoever has less than ρ × worth gives all there is.
        above, below = known.numerator * denominator, known.denominator
        from_poor = 0
        rich = [
            (backers.worth, [money[index] for index in backers.groups], backers.sizes)
            for backers in self._backers[project]
        ]
        while True:
            still: list[tuple[int, list[int], tuple[int, ...] | None]] = []
            worth_of_rich = 0
            for worth, purses, sizes in rich:
                limit = -(-above * worth // below)
                if sizes is None:
                    enough = [purse for purse in purses if purse >= limit]
                    if len(enough) < len(purses):
                        from_poor += sum(purses) - sum(enough)
                    worth_of_rich += worth * len(enough)
                    still.append((worth, enough, None))
                    continue
                kept = [(purse, size) for purse, size in zip(purses, sizes, strict=True) if purse >= limit]
                if len(kept) < len(purses):
                    from_poor += sum([purse * size for purse, size in zip(purses, sizes, strict=True)])
                    from_poor -= sum([purse * size for purse, size in kept])
                worth_of_rich += worth * sum([size for _, size in kept])
                still.append((worth, [purse for purse, _ in kept], tuple(size for _, size in kept)))
            now_above, now_below = cost - from_poor, worth_of_rich
            if now_above * below == above * now_below:
                return Fraction(above, below * denominator)
            rich, above, below = still, now_above, now_below

    def _as_cheap(
        self, queue: list[_Offer], rho: Fraction, money: Sequence[int], denominator: int, bought: int
    ) -> tuple[int, ...]:
        """Return which other projects have exactly this ρ, and leave the queue in order."""
        found: list[_Offer] = []
        while queue and queue[0][0] == rho:
            offered, rank, project, seen = heapq.heappop(queue)
            fresh = offered if seen == bought else self._price(project, offered, money, denominator)
            if fresh is not None:
                found.append((fresh, rank, project, bought))
        for offer in found:
            heapq.heappush(queue, offer)
        return tuple(project for fresh, _, project, _ in found if fresh == rho)

    def _pay(
        self, project: int, rho: Fraction, money: list[int], denominator: int
    ) -> tuple[list[int], int, Fraction]:
        """Take ρ × worth, or what is left, from every supporter; return the money over its new denominator."""
        rate = rho * denominator
        if rate.denominator > 1:
            by = rate.denominator
            money = [purse * by for purse in money]
            denominator *= by
        highest = 0
        for backers in self._backers[project]:
            due = rate.numerator * backers.worth
            for index in backers.groups:
                purse = money[index]
                if purse > due:
                    money[index] = purse - due
                    highest = max(highest, due)
                else:
                    money[index] = 0
                    highest = max(highest, purse)
        return money, denominator, Fraction(highest, denominator * self._unit)
