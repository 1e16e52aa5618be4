"""Dividing a budget (予算を分ける参加型予算): what supports a project, and the greedy rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from participation.votes.domain.ballots import BallotKind, Election, Number, in_words, whole
from participation.votes.domain.counting import Totals, points_of_ranking, support
from participation.votes.domain.outcomes import Outcome, Step, StepKind, drawn
from participation.votes.domain.tie_breaking import Lot


class GreedyOrder(StrEnum):
    """By what projects are taken one after the other (多い順の決め方)."""

    SUPPORT = "support"
    PER_COST = "per-cost"


GREEDY_ORDER_NAMES = {
    GreedyOrder.SUPPORT: "支持の多い順",
    GreedyOrder.PER_COST: "費用あたりの支持の多い順",
}


@dataclass(frozen=True)
class Group:
    """Voters with equal ballots (同じ票の人たち), and what each project is worth to one of them."""

    voters: int
    worth: tuple[tuple[int, Number], ...]


def costs_of(election: Election) -> list[Number]:
    """Return what each project costs."""
    return [option.cost or 0 for option in election.options]


def groups_of_voters(election: Election) -> list[Group]:
    """Return the voters by equal ballots. A mark is worth 1, points are worth what they say, ranks too."""
    if election.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
        return [
            Group(count, tuple((position, 1) for position in marks))
            for marks, count in election.marks.items()
        ]
    if election.kind in (BallotKind.SCORE, BallotKind.POINTS):
        return [Group(count, _positive(given)) for given, count in election.points.items()]
    return [
        Group(count, _positive(points_of_ranking(election, ranking)))
        for ranking, count in election.rankings.items()
    ]


def greedy(election: Election, *, order: GreedyOrder = GreedyOrder.SUPPORT, lot: Lot) -> Outcome:
    """Fund projects in the order of their support as long as the money lasts (支持の多い順)."""
    supported = support(election)
    words = (
        f"{GREEDY_ORDER_NAMES[order]}に見ていき、残りの予算で足りる案を選びます。"
        "足りない案は飛ばして、次の案を見ます。支持のない案は選びません。"
    )
    budget = _budget(election)
    steps = [
        Step(StepKind.RULE, words),
        Step(StepKind.COUNT, _told(election, supported), (), supported),
        Step(StepKind.BUDGET, f"予算は{election.money(budget)}です。"),
    ]
    funded, more = fund(election, supported, range(len(election.options)), budget, order, lot)
    spent = spending(election, funded)
    words = result_words(election, funded, spent)
    steps += [*more, Step(StepKind.RESULT, words, tuple(funded), supported)]
    return Outcome(tuple(funded), supported, tuple(steps), spent=spent)


def fund(
    election: Election,
    supported: Totals,
    candidates: Iterable[int],
    remaining: Number,
    order: GreedyOrder,
    lot: Lot,
) -> tuple[list[int], list[Step]]:
    """Return which candidates the remaining money pays, greedily, and the steps."""
    costs = costs_of(election)

    def strength(position: int) -> Number:
        if order is GreedyOrder.SUPPORT:
            return supported[position]
        return Fraction(supported[position]) / costs[position]

    queue = sorted(
        (position for position in candidates if supported[position] > 0),
        key=lambda position: (-strength(position), lot.rank(position)),
    )
    funded: list[int] = []
    steps: list[Step] = []
    for place, position in enumerate(queue):
        name, cost = election.name(position), costs[position]
        told = f"{name}（支持{in_words(supported[position])}、費用{election.money(cost)}）"
        if cost > remaining:
            short = whole(cost - remaining)
            words = f"{told}は、残りの予算{election.money(remaining)}では{election.money(short)}足りないので、飛ばします。"
            steps.append(Step(StepKind.SKIPPED, words, (position,)))
            continue
        tied = [rival for rival in queue[place + 1 :] if strength(rival) == strength(position)]
        # A lot decides only where what comes first leaves too little for another.
        if tied and sum(costs[rival] for rival in (position, *tied)) > remaining:
            steps.append(drawn(election, [position, *tied], (position,), "先に見ることにしました"))
        remaining = whole(remaining - cost)
        funded.append(position)
        words = f"{told}を選びます。残りの予算は{election.money(remaining)}です。"
        steps.append(Step(StepKind.FUNDED, words, (position,), {position: supported[position]}))
    return funded, steps


def spending(election: Election, funded: Sequence[int]) -> Number:
    """Return what projects cost together."""
    costs = costs_of(election)
    return whole(sum((costs[position] for position in funded), 0))


def result_words(election: Election, funded: Sequence[int], spent: Number) -> str:
    """Return the last sentence of a division of a budget."""
    if not funded:
        return "選ばれた案はありません。"
    left = whole(_budget(election) - spent)
    return (
        f"{election.names(funded)}の{len(funded)}件が選ばれます。"
        f"費用は合わせて{election.money(spent)}で、予算は{election.money(left)}残ります。"
    )


def _budget(election: Election) -> Number:
    assert election.budget is not None
    return election.budget


def _told(election: Election, supported: Totals) -> str:
    listed = "、".join(
        f"{election.name(position)}{in_words(number)}" for position, number in supported.items()
    )
    return f"{in_words(election.voters)}人の票による支持は、{listed}です。"


def _positive(given: Iterable[tuple[int, Number]]) -> tuple[tuple[int, Number], ...]:
    return tuple((position, number) for position, number in given if number > 0)
