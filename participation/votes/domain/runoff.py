"""Instant run-off (順位をつけた決選投票): the last is struck out, round by round, until one has a majority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from participation.votes.domain.ballots import UNRANKED, Election, Number, Ranking, in_words, whole
from participation.votes.domain.outcomes import Outcome, Step, StepKind, drawn, ranked
from participation.votes.domain.tie_breaking import Lot

#: An order without ties: one byte an option, best first.
Order = bytes
_OPTIONS = bytes(range(256))

HOW = (
    "1位の票を数え、残った票の過半数を取った選択肢があれば、それを選びます。なければ、いちばん少ない"
    "選択肢を一つ外し、その票を、それぞれの票で次に順位の高い、残っている選択肢に移して、くり返します。"
    "残った選択肢に順位がない票は、その先は数えません。同じ順位に並べた票は、1票を等しく分けて数えます。"
)


def instant_runoff(election: Election, *, lot: Lot) -> Outcome:
    """Return the winner of an instant run-off; ties for the last place by lot."""
    steps = [Step(StepKind.RULE, HOW)]
    scores: dict[int, Number] = dict.fromkeys(range(len(election.options)), 0)
    remaining = set(scores)
    piles = Piles(election.rankings, remaining)
    if not any(piles.figures().values()):
        steps.append(Step(StepKind.RESULT, "順位をつけた票が1票もないので、選べません。"))
        return Outcome((), scores, tuple(steps))
    number = 0
    while True:
        number += 1
        figures = piles.figures()
        scores.update(figures)
        active = sum(figures.values())
        order = ranked(figures, lot)
        told = "、".join(f"{election.name(position)}{in_words(figures[position])}票" for position in order)
        steps.append(Step(StepKind.COUNT, f"{number}回目の集計：{told}。", (), figures))
        if 2 * figures[order[0]] > active:
            words = (
                f"{election.name(order[0])}が、残っている{in_words(active)}票の過半数の"
                f"{in_words(figures[order[0]])}票を取り、選ばれます。"
            )
            steps.append(Step(StepKind.RESULT, words, (order[0],), figures))
            return Outcome((order[0],), scores, tuple(steps))
        fewest = figures[order[-1]]
        tied = [position for position in order if figures[position] == fewest]
        out = lot.last(tied)
        if len(tied) > 1:
            steps.append(drawn(election, tied, (out,), "外すことにしました"))
        words = f"過半数を取った選択肢がないので、いちばん少ない{election.name(out)}（{in_words(fewest)}票）を外します。"
        steps.append(Step(StepKind.ELIMINATED, words, (out,), figures))
        piles.remove(out)


class Piles:
    """Ballots lying in piles (票の山), each with the options that it supports among those remaining.

    Only the ballots of an option that goes are touched. Those without ties are orders: what went is cut
    out of them, and those that become equal fall together. Those with ties lie with the whole group that
    they put first.
    """

    def __init__(self, rankings: Mapping[Ranking, int], remaining: Iterable[int]) -> None:
        """Lay the ballots into piles."""
        self.remaining = set(remaining)
        self._gone = bytearray()
        self._piles: dict[int, dict[Order, int]] = {position: {} for position in self.remaining}
        self._tied: dict[tuple[int, ...], list[tuple[Ranking, int]]] = {}
        for ranking, count in rankings.items():
            order = order_of(ranking)
            if order is None:
                self._lay(ranking, count)
            elif order:
                self._piles[order[0]][order] = count

    def figures(self) -> dict[int, Number]:
        """Return how many votes each remaining option has."""
        figures: dict[int, Number] = {position: sum(pile.values()) for position, pile in self._piles.items()}
        for group, ballots in self._tied.items():
            share = Fraction(sum(count for _, count in ballots), len(group))
            for position in group:
                figures[position] += share
        return {position: whole(number) for position, number in figures.items()}

    def remove(self, out: int) -> None:
        """Take an option out and move its ballots to the next."""
        self.remaining.remove(out)
        self._gone.append(out)
        gone = bytes(self._gone)
        piles = self._piles
        for order, count in piles.pop(out).items():
            rest = order.translate(None, gone)
            if rest:
                pile = piles[rest[0]]
                pile[rest] = pile.get(rest, 0) + count
        for group in [group for group in self._tied if out in group]:
            ballots = self._tied.pop(group)
            left = tuple(position for position in group if position != out)
            if left:
                self._tied.setdefault(left, []).extend(ballots)
            else:
                for ranking, count in ballots:
                    self._lay(ranking, count)

    def _lay(self, ranking: Ranking, count: int) -> None:
        group = tuple(first_among(ranking, sorted(self.remaining)))
        if group:
            self._tied.setdefault(group, []).append((ranking, count))


def order_of(ranking: Ranking) -> Order | None:
    """Return the options of a ranking, best first; None where some share a rank."""
    ranked_options = len(ranking) - ranking.count(UNRANKED)
    if ranked_options and ranked_options - 1 not in ranking:
        return None
    return bytes.maketrans(ranking, _OPTIONS[: len(ranking)])[:ranked_options]


def first_among(ranking: Ranking, remaining: Iterable[int]) -> Iterator[int]:
    """Give those of the remaining options that a ballot puts first."""
    ranks = [(ranking[position], position) for position in remaining]
    best = min(ranks)[0] if ranks else UNRANKED
    if best != UNRANKED:
        for rank, position in ranks:
            if rank == best:
                yield position
