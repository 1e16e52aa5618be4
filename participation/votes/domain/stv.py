"""Single transferable vote (単記移譲式) for several seats, counted exactly.

The variant is that of the Scottish local elections (weighted inclusive Gregory method, Droop quota),
with two differences that are told with the result: values are exact fractions, not cut to five
decimals, and a tie that earlier rounds do not settle is drawn from the published seed.
A ballot on which options share a rank counts as all its orders in equal parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from participation.votes.domain.ballots import Election, Number, Ranking, in_words, whole
from participation.votes.domain.outcomes import Outcome, Step, StepKind, drawn, written
from participation.votes.domain.runoff import Order, first_among, order_of
from participation.votes.domain.tie_breaking import Lot

HOW = (
    "順位をつけた票で{seats}つを選びます。当選に必要な数（基準数）は、有効な{valid}票÷（{seats}＋1）の整数部分に"
    "1を足した{quota}票です。基準数に達した選択肢は当選し、こえた分を、その票すべてに同じ割合の重みをかけて"
    "次の順位へ移します。達した選択肢がなければ、いちばん少ない選択肢を外し、その票を次の順位へ移します。"
    "スコットランドの地方選挙と同じ方式（重みつき包括グレゴリー法）で、重みは切り捨てずに分数のまま計算します。"
)


def single_transferable_vote(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Return who takes the seats."""
    return _Count(election, seats, lot).run()


@dataclass
class _Parcel:
    """Papers of one value in one pile: those without ties as orders, those with ties as they are."""

    strict: dict[Order, int] = field(default_factory=dict)
    tied: dict[Ranking, int] = field(default_factory=dict)

    @property
    def papers(self) -> int:
        """How many papers."""
        return sum(self.strict.values()) + sum(self.tied.values())


class _Count:
    """One count. Papers lie in piles: for each option, the value of a paper → the papers of that value."""

    def __init__(self, election: Election, seats: int, lot: Lot) -> None:
        self.election = election
        self.seats = min(seats, len(election.options))
        self.lot = lot
        self.steps: list[Step] = []
        self.continuing = set(range(len(election.options)))
        self.gone = bytearray()
        self.elected: list[int] = []
        self.surpluses: set[int] = set()
        self.piles: dict[int, dict[Fraction, _Parcel]] = {position: {} for position in self.continuing}
        self.figures: dict[int, Number] = {}
        self.history: list[dict[int, Number]] = []
        self.valid = 0
        self.quota = 0

    def run(self) -> Outcome:
        """Count round by round until the seats are taken."""
        self._deal()
        how = HOW.format(seats=self.seats, valid=in_words(self.valid), quota=in_words(self.quota))
        self.steps.append(Step(StepKind.RULE, how))
        if not self.valid:
            self.steps.append(Step(StepKind.RESULT, "順位をつけた票が1票もないので、選べません。"))
            return Outcome((), self.figures, tuple(self.steps))
        self._count_round()
        while len(self.elected) < self.seats:
            if len(self.continuing) <= self.seats - len(self.elected):
                self._seat_the_rest()
                break
            if self.surpluses:
                self._transfer_surplus()
            else:
                self._eliminate()
            self._count_round()
        words = f"{self.election.names(self.elected)}が選ばれます。"
        self.steps.append(Step(StepKind.RESULT, words, tuple(self.elected), dict(self.figures)))
        return Outcome(tuple(self.elected), self.figures, tuple(self.steps))

    def _deal(self) -> None:
        """Lay every paper on the pile of its first option."""
        everything = _Parcel()
        for ranking, count in self.election.rankings.items():
            order = order_of(ranking)
            if order is None:
                everything.tied[ranking] = count
            elif order:
                everything.strict[order] = count
        self.valid = everything.papers
        self.quota = self.valid // (self.seats + 1) + 1
        self._hand_on(Fraction(1), everything)

    def _hand_on(self, value: Fraction, parcel: _Parcel) -> None:
        """Lay papers, each of this value, on the piles of the continuing options that they put first."""
        gone = bytes(self.gone)
        targets: dict[int, dict[Order, int]] = {}
        for order, count in parcel.strict.items():
            rest = order.translate(None, gone)
            if rest:
                pile = targets.setdefault(rest[0], {})
                pile[rest] = pile.get(rest, 0) + count
        for position, orders in targets.items():
            strict = self.piles[position].setdefault(value, _Parcel()).strict
            for order, count in orders.items():
                strict[order] = strict.get(order, 0) + count
        for ranking, count in parcel.tied.items():
            tops = list(first_among(ranking, self.continuing))
            for position in tops:
                tied = self.piles[position].setdefault(value / len(tops), _Parcel()).tied
                tied[ranking] = tied.get(ranking, 0) + count

    def _count_round(self) -> None:
        """Add up the piles, say what they are, and seat who reached the quota."""
        for position in self.continuing:
            pile = self.piles[position]
            self.figures[position] = whole(
                sum((value * parcel.papers for value, parcel in pile.items()), Fraction(0))
            )
        self.history.append(dict(self.figures))
        order = sorted(
            self.continuing, key=lambda position: (-self.figures[position], self.lot.rank(position))
        )
        told = "、".join(
            f"{self.election.name(position)}{in_words(self.figures[position])}票" for position in order
        )
        self.steps.append(
            Step(StepKind.COUNT, f"{len(self.history)}回目の集計：{told}。", (), dict(self.figures))
        )
        for position in order:
            if self.figures[position] >= self.quota and len(self.elected) < self.seats:
                self._seat(position)
                if self.figures[position] > self.quota:
                    self.surpluses.add(position)
                words = (
                    f"{self.election.name(position)}は{in_words(self.figures[position])}票で、"
                    f"基準数の{in_words(self.quota)}票に達したので当選です。"
                )
                self.steps.append(Step(StepKind.ELECTED, words, (position,), dict(self.figures)))

    def _seat(self, position: int) -> None:
        self.continuing.remove(position)
        self.gone.append(position)
        self.elected.append(position)

    def _seat_the_rest(self) -> None:
        rest = sorted(
            self.continuing, key=lambda position: (-self.figures[position], self.lot.rank(position))
        )
        for position in rest:
            self._seat(position)
        words = f"残った数と空いている席の数が同じになったので、{self.election.names(rest)}は当選です。"
        self.steps.append(Step(StepKind.ELECTED, words, tuple(rest), dict(self.figures)))

    def _transfer_surplus(self) -> None:
        """Hand on the largest surplus: all papers of the pile, their values cut in the same proportion."""
        largest = max(self.figures[position] for position in self.surpluses)
        tied = [position for position in self.surpluses if self.figures[position] == largest]
        chosen = self._settle(tied, highest=True)
        self.surpluses.remove(chosen)
        held = self.figures[chosen]
        surplus = whole(held - self.quota)
        factor = Fraction(surplus) / held
        before = dict(self.figures)
        self.figures[chosen] = self.quota
        for value, parcel in self.piles.pop(chosen).items():
            self._hand_on(value * factor, parcel)
        words = (
            f"{self.election.name(chosen)}が基準数をこえた{in_words(surplus)}票分を、次の順位へ移します。"
            f"持っていた票の重みは、それぞれ{written(factor)}倍になります。"
        )
        self.steps.append(Step(StepKind.TRANSFER, words, (chosen,), before))

    def _eliminate(self) -> None:
        fewest = min(self.figures[position] for position in self.continuing)
        tied = [position for position in self.continuing if self.figures[position] == fewest]
        out = self._settle(tied, highest=False)
        self.continuing.remove(out)
        self.gone.append(out)
        words = (
            f"基準数に達した選択肢がないので、いちばん少ない{self.election.name(out)}（{in_words(fewest)}票）を外し、"
            "その票を次の順位へ移します。"
        )
        self.steps.append(Step(StepKind.ELIMINATED, words, (out,), dict(self.figures)))
        for value, parcel in self.piles.pop(out).items():
            self._hand_on(value, parcel)

    def _settle(self, tied: Sequence[int], *, highest: bool) -> int:
        """Settle a tie by the latest earlier round in which one alone stood first (or last), else by lot."""
        if len(tied) == 1:
            return tied[0]
        choose = max if highest else min
        for earlier in reversed(self.history[:-1]):
            edge = choose(earlier[position] for position in tied)
            at_edge = [position for position in tied if earlier[position] == edge]
            if len(at_edge) == 1:
                words = (
                    f"{self.election.names(self.lot.ordered(tied))}は同点なので、差のあったいちばん新しい"
                    f"回の票数で比べ、{self.election.name(at_edge[0])}を先に扱います。"
                )
                self.steps.append(Step(StepKind.COMPARISON, words, (at_edge[0],), dict(earlier)))
                return at_edge[0]
        chosen = self.lot.first(tied) if highest else self.lot.last(tied)
        purpose = "先に移すことにしました" if highest else "外すことにしました"
        self.steps.append(drawn(self.election, self.lot.ordered(tied), (chosen,), purpose))
        return chosen
