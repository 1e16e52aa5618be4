"""Rules that add up (足し算で決める数え方): plurality, approval, score, points and Borda."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from participation.votes.domain.ballots import (
    UNRANKED,
    BallotKind,
    Election,
    Number,
    Ranking,
    groups_of,
    in_words,
    whole,
)
from participation.votes.domain.condorcet import compared
from participation.votes.domain.outcomes import Outcome, Step, StepKind, ranked, top
from participation.votes.domain.tie_breaking import Lot

Totals = dict[int, Number]


def plurality(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Count one choice a ballot: the one marked, or the first of a ranking (相対多数)."""
    if election.kind is BallotKind.CHOICE:
        words = "それぞれの選択肢を選んだ票を数え、多い順に選びます。"
        return _outcome(election, words, _marked(election), "票", seats, lot)
    words = (
        "順位をつけた票の1位だけを数え、多い順に選びます。"
        "1位がいくつか並んでいる票は、1票を等しく分けて数えます。"
    )
    return _outcome(election, words, _first_places(election), "票", seats, lot)


def approval(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Count every option marked, or put into the best category (承認投票)."""
    words = "一人がいくつ選んでいても、選ばれた数をそのまま数え、多い順に選びます。"
    if election.kind is not BallotKind.CATEGORIES:
        return _outcome(election, words, _marked(election), "票", seats, lot)
    best = election.paper.categories[0]
    words = f"「{best}」に入れた票を数え、多い順に選びます。"
    return _outcome(election, words, _ranked_points(election, _in_the_best), "票", seats, lot)


def score(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Add up the points of each option (点の合計); one without points has none."""
    words = "それぞれの選択肢の点を合計し、高い順に選びます。点をつけていない選択肢は0点と数えます。"
    if election.kind is BallotKind.CATEGORIES:
        last = len(election.paper.categories) - 1
        words = (
            f"いちばんよい段階を{last}点、次を1点ずつ低く数えて合計し、高い順に選びます。"
            "段階に入れていない選択肢は0点と数えます。"
        )
        totals = _ranked_points(election, lambda ranking: _steps_from(ranking, last))
        return _outcome(election, words, totals, "点", seats, lot)
    return _outcome(election, words, _given(election), "点", seats, lot)


def points(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Add up points that each voter divided among options (持ち点の合計)."""
    words = "それぞれの選択肢に分けられた持ち点を合計し、高い順に選びます。"
    return _outcome(election, words, _given(election), "点", seats, lot)


def borda(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Give each option a point for every option behind it, half a point for one beside it (ボルダ)."""
    last = len(election.options) - 1
    words = (
        f"1位を{last}点、次から1点ずつ低く数えて合計し、高い順に選びます。"
        "同じ順位に並んだ選択肢と、順位のない選択肢どうしは、その分の点を等しく分けます。"
    )
    return _outcome(election, words, _borda_points(election), "点", seats, lot)


def support(election: Election) -> Totals:
    """Return the support of each option, whatever is written on the ballots: for dividing a budget."""
    if election.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
        return _marked(election)
    if election.kind in (BallotKind.SCORE, BallotKind.POINTS):
        return _given(election)
    return _ranked_points(election, lambda ranking: points_of_ranking(election, ranking))


def points_of_ranking(election: Election, ranking: Ranking) -> Iterator[tuple[int, Number]]:
    """Give the points that a ranking is worth where support is wanted.

    With up to k places on the paper, the first is worth k, the next k-1, and so on; options that share
    places share their points; one without a place has none.
    """
    places = election.paper.most or len(election.options)
    taken = 0
    for group in groups_of(ranking):
        among = sum(max(places - taken - step, 0) for step in range(len(group)))
        taken += len(group)
        for position in group:
            yield position, whole(Fraction(among, len(group)))


def _outcome(election: Election, words: str, totals: Totals, unit: str, seats: int, lot: Lot) -> Outcome:
    steps = [Step(StepKind.RULE, words)]
    if not election.voters:
        return Outcome((), totals, (*steps, Step(StepKind.RESULT, "票が1票もないので、選べません。")))
    order = ranked(totals, lot)
    told = "、".join(f"{election.name(position)}{in_words(totals[position])}{unit}" for position in order)
    steps.append(Step(StepKind.COUNT, f"{in_words(election.voters)}票を数えると、{told}でした。", (), totals))
    winners, lots = top(election, totals, seats, lot)
    steps += lots
    steps.append(_result(election, winners, order, totals, unit, bool(lots)))
    return Outcome(tuple(winners), totals, tuple(steps))


def _result(
    election: Election, winners: list[int], order: list[int], totals: Totals, unit: str, by_lot: bool
) -> Step:
    words = f"{election.names(winners)}が選ばれます。"
    if len(winners) < len(order) and not by_lot:
        ahead = totals[winners[-1]] - totals[order[len(winners)]]
        words += f"次の{election.name(order[len(winners)])}との差は{in_words(ahead)}{unit}です。"
    return Step(StepKind.RESULT, words, tuple(winners))


def _marked(election: Election) -> Totals:
    totals = dict.fromkeys(range(len(election.options)), 0)
    for marks, count in election.marks.items():
        for position in marks:
            totals[position] += count
    return {**totals}


def _given(election: Election) -> Totals:
    totals: Totals = dict.fromkeys(range(len(election.options)), 0)
    for given, count in election.points.items():
        for position, number in given:
            totals[position] += number * count
    return {position: whole(number) for position, number in totals.items()}


def _ranked_points(election: Election, give: Callable[[Ranking], Iterator[tuple[int, Number]]]) -> Totals:
    totals: Totals = dict.fromkeys(range(len(election.options)), 0)
    for ranking, count in election.rankings.items():
        for position, number in give(ranking):
            totals[position] += number * count
    return {position: whole(number) for position, number in totals.items()}


def _first_places(election: Election) -> Totals:
    """Ranks are dense: whatever has any rank has a first one, 0."""
    singles = [0] * len(election.options)
    totals: Totals = dict.fromkeys(range(len(election.options)), 0)
    for ranking, count in election.rankings.items():
        firsts = ranking.count(0)
        if firsts == 1:
            singles[ranking.index(0)] += count
        elif firsts:
            for position, rank in enumerate(ranking):
                if rank == 0:
                    totals[position] += Fraction(count, firsts)
    return {position: whole(number + singles[position]) for position, number in totals.items()}


def _borda_points(election: Election) -> Totals:
    """A point for every comparison won, half a point for every one that is even."""
    pairs, size = compared(election), len(election.options)
    return {
        a: whole(Fraction(sum(election.voters + pairs[a][b] - pairs[b][a] for b in range(size) if b != a), 2))
        for a in range(size)
    }


def _in_the_best(ranking: Ranking) -> Iterator[tuple[int, Number]]:
    for position, rank in enumerate(ranking):
        if rank == 0:
            yield position, 1


def _steps_from(ranking: Ranking, last: int) -> Iterator[tuple[int, Number]]:
    for position, rank in enumerate(ranking):
        if rank != UNRANKED:
            yield position, last - rank
