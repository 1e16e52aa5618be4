"""The tally rules by name (数え方の一覧): which ballots each one fits, and the one door to all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from participation.votes.domain.ballots import (
    BALLOT_KIND_NAMES,
    MOST_RANKED,
    BallotKind,
    Election,
    Number,
)
from participation.votes.domain.budgeting import GreedyOrder, greedy
from participation.votes.domain.condorcet import condorcet, schulze
from participation.votes.domain.counting import approval, borda, plurality, points, score
from participation.votes.domain.equal_shares import Completion, equal_shares
from participation.votes.domain.market import Utility
from participation.votes.domain.outcomes import Outcome
from participation.votes.domain.runoff import instant_runoff
from participation.votes.domain.stv import single_transferable_vote
from participation.votes.domain.tie_breaking import Lot


class Rule(StrEnum):
    """How ballots are counted (数え方)."""

    PLURALITY = "plurality"
    APPROVAL = "approval"
    SCORE = "score"
    POINTS = "points"
    BORDA = "borda"
    IRV = "irv"
    STV = "stv"
    SCHULZE = "schulze"
    CONDORCET = "condorcet"
    GREEDY = "greedy"
    EQUAL_SHARES = "equal-shares"


RULE_NAMES = {
    Rule.PLURALITY: "多い順",
    Rule.APPROVAL: "承認投票",
    Rule.SCORE: "点の合計",
    Rule.POINTS: "持ち点の合計",
    Rule.BORDA: "ボルダ方式",
    Rule.IRV: "順位をつけた決選投票",
    Rule.STV: "単記移譲式",
    Rule.SCHULZE: "シュルツ方式",
    Rule.CONDORCET: "総当たりの確認（コンドルセ）",
    Rule.GREEDY: "予算：支持の多い順",
    Rule.EQUAL_SHARES: "予算：均等配分方式",
}

_RANKED = frozenset({BallotKind.RANKING})
_COMPARABLE = frozenset({BallotKind.RANKING, BallotKind.CATEGORIES, BallotKind.SCORE})
_SUPPORTING = frozenset(BallotKind) - {BallotKind.CATEGORIES}
#: Which ballots a rule can count.
FITS: dict[Rule, frozenset[BallotKind]] = {
    Rule.PLURALITY: frozenset({BallotKind.CHOICE, BallotKind.RANKING}),
    Rule.APPROVAL: frozenset({BallotKind.CHOICE, BallotKind.APPROVAL, BallotKind.CATEGORIES}),
    Rule.SCORE: frozenset({BallotKind.SCORE, BallotKind.CATEGORIES}),
    Rule.POINTS: frozenset({BallotKind.POINTS}),
    Rule.BORDA: _RANKED,
    Rule.IRV: _RANKED,
    Rule.STV: _RANKED,
    Rule.SCHULZE: _COMPARABLE,
    Rule.CONDORCET: _COMPARABLE,
    Rule.GREEDY: _SUPPORTING,
    Rule.EQUAL_SHARES: _SUPPORTING,
}
#: Rules that divide a budget; the others choose a number of winners.
DIVIDING = frozenset({Rule.GREEDY, Rule.EQUAL_SHARES})
#: Rules that have one winner or none.
SINGLE = frozenset({Rule.IRV, Rule.CONDORCET})
_COMPARING = frozenset({Rule.SCHULZE, Rule.CONDORCET})


class Unfit(ValueError):
    """A rule that cannot count these ballots (合わない数え方); its text says why, in Japanese."""


@dataclass(frozen=True)
class Counting:
    """A rule with what has to be said beforehand (数え方の決まり): seats, seed, and how a budget is divided."""

    rule: Rule
    seats: int = 1
    seed: str = "0"
    completion: Completion = Completion.NONE
    utility: Utility = Utility.CARDINAL
    order: GreedyOrder = GreedyOrder.SUPPORT
    #: By how much a share grows when completion counts anew.
    increase: Number = 1


def tally(election: Election, counting: Counting) -> Outcome:
    """Count the ballots of a vote by a rule; raises Unfit."""
    reason = why_unfit(election, counting)
    if reason:
        raise Unfit(reason)
    lot = Lot.drawn(counting.seed, [option.code for option in election.options])
    return _RULES[counting.rule](election, counting, lot)


def fitting(election: Election) -> list[Rule]:
    """Return the rules that can count these ballots."""
    return [rule for rule in Rule if not why_unfit(election, Counting(rule))]


def by_other_rules(election: Election, counting: Counting) -> dict[Rule, Outcome]:
    """Return what other rules give on the same ballots, for comparison: the declared one alone counts.

    A budget is compared with other ways to divide it; a choice with other ways to choose as many.
    """
    others = [rule for rule in Rule if rule is not counting.rule]
    alike = [
        replace(counting, rule=rule) for rule in others if (rule in DIVIDING) == (counting.rule in DIVIDING)
    ]
    return {other.rule: tally(election, other) for other in alike if not why_unfit(election, other)}


def why_unfit(election: Election, counting: Counting) -> str:
    """Return why a rule cannot count these ballots, or nothing."""
    rule = counting.rule
    if election.kind not in FITS[rule]:
        kinds = "、".join(f"「{BALLOT_KIND_NAMES[kind]}」" for kind in BallotKind if kind in FITS[rule])
        return (
            f"「{RULE_NAMES[rule]}」（{rule}）で数えられるのは{kinds}です。"
            f"この投票は「{BALLOT_KIND_NAMES[election.kind]}」です。"
        )
    if rule in DIVIDING:
        if election.budget is None:
            return "予算が分かりません。予算を決めてください。"
        without = [option.name for option in election.options if not option.cost]
        if without:
            return f"「{without[0]}」の費用が分かりません。予算を分けるには、すべての案に費用がいります。"
        if election.budget <= 0:
            return "予算は0より大きい数にしてください。"
        if counting.increase <= 0:
            return "一人分を増やす額は、0より大きい数にしてください。"
        return ""
    if counting.seats < 1:
        return "選ぶ数は1以上にしてください。"
    if counting.seats > 1 and rule in SINGLE:
        return f"「{RULE_NAMES[rule]}」（{rule}）で選べるのは一つだけです。いくつか選ぶときは stv などを使ってください。"
    if rule in _COMPARING and len(election.options) > MOST_RANKED:
        return f"総当たりで比べられる選択肢は{MOST_RANKED}個までです。"
    return ""


_RULES: dict[Rule, Callable[[Election, Counting, Lot], Outcome]] = {
    Rule.PLURALITY: lambda election, counting, lot: plurality(election, seats=counting.seats, lot=lot),
    Rule.APPROVAL: lambda election, counting, lot: approval(election, seats=counting.seats, lot=lot),
    Rule.SCORE: lambda election, counting, lot: score(election, seats=counting.seats, lot=lot),
    Rule.POINTS: lambda election, counting, lot: points(election, seats=counting.seats, lot=lot),
    Rule.BORDA: lambda election, counting, lot: borda(election, seats=counting.seats, lot=lot),
    Rule.IRV: lambda election, counting, lot: instant_runoff(election, lot=lot),
    Rule.STV: lambda election, counting, lot: single_transferable_vote(
        election, seats=counting.seats, lot=lot
    ),
    Rule.SCHULZE: lambda election, counting, lot: schulze(election, seats=counting.seats, lot=lot),
    Rule.CONDORCET: lambda election, counting, lot: condorcet(election, lot=lot),
    Rule.GREEDY: lambda election, counting, lot: greedy(election, order=counting.order, lot=lot),
    Rule.EQUAL_SHARES: lambda election, counting, lot: equal_shares(
        election,
        utility=counting.utility,
        completion=counting.completion,
        increase=counting.increase,
        lot=lot,
    ),
}
