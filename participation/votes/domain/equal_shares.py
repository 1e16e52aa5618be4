"""Method of Equal Shares (均等配分方式): everybody holds an equal part of the budget, and those who support
a project pay for it together.

What is bought is computed in market.py; here are the money left over, and the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from participation.votes.domain.ballots import Election, Number, in_words, whole
from participation.votes.domain.budgeting import (
    GreedyOrder,
    costs_of,
    fund,
    groups_of_voters,
    result_words,
    spending,
)
from participation.votes.domain.counting import support
from participation.votes.domain.market import Market, Purchase, Shopping, Utility
from participation.votes.domain.outcomes import Outcome, Step, StepKind, drawn
from participation.votes.domain.tie_breaking import Lot


class Completion(StrEnum):
    """What happens with the money that equal shares leave (残った予算の使い方)."""

    NONE = "none"
    ADD1 = "add1"
    GREEDY = "greedy"
    ADD1_GREEDY = "add1-greedy"


COMPLETION_NAMES = {
    Completion.NONE: "残った予算は使わない",
    Completion.ADD1: "一人分を少しずつ増やして数え直し、予算をこえる前の結果をとる",
    Completion.GREEDY: "残った予算で、支持の多い順に選ぶ",
    Completion.ADD1_GREEDY: "一人分を増やして数え直したあと、なお残る予算で支持の多い順に選ぶ",
}

HOW = (
    "予算を参加した人の数で等しく分け、一人ひとりが同じ額を持っていると考えます。案は、支持した人たちが"
    "費用を分けて持てるときに選ばれます。支持した人の負担が、{worth}あたりでいちばん軽い案から順に選び、"
    "払った人の持ち分はその分減ります。多数の人だけで予算を使い切ることがないので、少数の人が支持する案にも、"
    "人数に応じて予算が回ります。"
)
WORTH = {Utility.CARDINAL: "支持1", Utility.COST: "支持した案の費用1"}


def equal_shares(
    election: Election,
    *,
    utility: Utility = Utility.CARDINAL,
    completion: Completion = Completion.NONE,
    increase: Number = 1,
    lot: Lot,
) -> Outcome:
    """Divide the budget by equal shares, and spend what is left as the completion says."""
    assert election.budget is not None
    budget = election.budget
    supported = support(election)
    steps = [Step(StepKind.RULE, HOW.format(worth=WORTH[utility]))]
    if not election.voters:
        steps.append(Step(StepKind.RESULT, "票が1票もないので、選べません。"))
        return Outcome((), supported, tuple(steps), spent=0)
    share = Fraction(budget) / election.voters
    words = (
        f"予算{election.money(budget)}を{in_words(election.voters)}人で等しく分けると、"
        f"一人分は{election.money(share)}です。"
    )
    steps.append(Step(StepKind.BUDGET, words, (), supported))
    costs = costs_of(election)
    too_dear = [position for position, cost in enumerate(costs) if cost > budget]
    for position in too_dear:
        words = f"{election.name(position)}は、費用{election.money(costs[position])}が予算全体をこえるので、選べません。"
        steps.append(Step(StepKind.SKIPPED, words, (position,)))
    market = Market(groups_of_voters(election), costs, utility, lot, without=too_dear)
    shopping = market.buy(share)
    if completion in (Completion.ADD1, Completion.ADD1_GREEDY):
        shopping = _with_more(market, shopping, increase, budget)
        if shopping.share > share:
            words = (
                f"予算が残るので、一人分を{election.money(increase)}ずつ増やして数え直しました。"
                "残りの予算で選べる案がなくなるか、費用の合計が予算をこえる前で止め、"
                f"一人分{election.money(shopping.share)}の結果をとります。"
            )
            steps.append(Step(StepKind.BUDGET, words))
    remaining = budget
    for purchase in shopping.bought:
        if purchase.tied:
            tied = lot.ordered((purchase.project, *purchase.tied))
            steps.append(drawn(election, tied, (purchase.project,), "先に選ぶことにしました"))
        remaining = whole(remaining - costs[purchase.project])
        steps.append(_told(election, purchase, costs[purchase.project], remaining))
    funded = [purchase.project for purchase in shopping.bought]
    steps += _left_out(election, market, shopping, too_dear)
    if completion in (Completion.GREEDY, Completion.ADD1_GREEDY):
        words = f"残った予算{election.money(remaining)}で、まだ選ばれていない案を支持の多い順に見ていきます。"
        steps.append(Step(StepKind.BUDGET, words))
        rest = [position for position in range(len(costs)) if position not in funded]
        more, told = fund(election, supported, rest, remaining, GreedyOrder.SUPPORT, lot)
        funded += more
        steps += told
    spent = spending(election, funded)
    steps.append(Step(StepKind.RESULT, result_words(election, funded, spent), tuple(funded), supported))
    return Outcome(tuple(funded), supported, tuple(steps), spent=spent)


def _with_more(market: Market, shopping: Shopping, increase: Number, budget: Number) -> Shopping:
    """Give everybody more, step by step, until the rest pays no further project that anybody wants.

    The last result that the real budget pays is taken: where the next one overspends, the one before.
    Steps in which certainly the same is bought are taken together, more and more of them; a step of which
    that cannot be said is counted exactly. So what comes out is what single steps give.
    """
    share, bought, together = shopping.share, shopping.projects, 1
    while market.would_pay(budget - market.cost_of(bought), bought):
        same = market.bought_between(share + increase, share + together * increase)
        if same is None and together > 1:
            together = together // 4 or 1
            continue
        richer = market.buy(share + increase).projects if same is None else same
        if market.cost_of(richer) > budget:
            break
        bought = richer
        if not market.would_pay(budget - market.cost_of(bought), bought):
            share += increase
            break
        share += together * increase
        together = 1 if same is None else 2 * together
    return shopping if share == shopping.share else market.buy(share)


def _told(election: Election, purchase: Purchase, cost: Number, remaining: Number) -> Step:
    words = (
        f"{election.name(purchase.project)}を選びます。支持した{in_words(purchase.supporters)}人が"
        f"費用{election.money(cost)}を分けて持ち、一人の負担は多くて{election.money(purchase.highest)}です。"
        f"残りの予算は{election.money(remaining)}です。"
    )
    return Step(StepKind.FUNDED, words, (purchase.project,), {purchase.project: purchase.highest})


def _left_out(election: Election, market: Market, shopping: Shopping, too_dear: Sequence[int]) -> list[Step]:
    """Say of every project that was not bought what its supporters have left and what is missing."""
    steps = []
    funded = {purchase.project for purchase in shopping.bought}
    for position, cost in enumerate(costs_of(election)):
        if position in funded or position in too_dear:
            continue
        supporters = market.supporters(position)
        if not supporters:
            words = f"{election.name(position)}は、支持した人がいないので選ばれません。"
        else:
            held = market.held(position, shopping)
            words = (
                f"{election.name(position)}は、支持した{in_words(supporters)}人の手元に残る分を集めても"
                f"{election.money(held)}で、費用に{election.money(cost - held)}足りないので、選ばれません。"
            )
        steps.append(Step(StepKind.SKIPPED, words, (position,)))
    return steps
