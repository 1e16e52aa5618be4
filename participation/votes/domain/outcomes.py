"""What a tally gives: who won, with which figures, and every step on the way in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from participation.votes.domain.ballots import Election, Number, whole
from participation.votes.domain.tie_breaking import Lot


class StepKind(StrEnum):
    """What happens in a step of a tally (集計の一歩)."""

    RULE = "rule"
    COUNT = "count"
    COMPARISON = "comparison"
    LOT = "lot"
    ELECTED = "elected"
    ELIMINATED = "eliminated"
    TRANSFER = "transfer"
    FUNDED = "funded"
    SKIPPED = "skipped"
    BUDGET = "budget"
    RESULT = "result"


@dataclass(frozen=True)
class Step:
    """One step of a tally, in a sentence for residents, with its figures for a chart."""

    kind: StepKind
    words: str
    #: The options that the step is about, by position.
    options: tuple[int, ...] = ()
    #: The figure of each option after the step, by position.
    figures: Mapping[int, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """The result of one tally rule on the ballots of one vote (集計の結果)."""

    winners: tuple[int, ...]
    #: The figure of each option by which the rule decides (or the last that it had), by position.
    scores: Mapping[int, Number]
    steps: tuple[Step, ...]
    #: For each option, how often it was preferred to each other one, where the rule compares pairs.
    pairs: tuple[tuple[int, ...], ...] = ()
    #: What the winners cost, where a budget is divided.
    spent: Number | None = None

    def in_json(self, election: Election) -> dict[str, object]:
        """Return what a machine reads: codes of options, whole numbers or fractions as "7/2"."""
        codes = [option.code for option in election.options]
        answer: dict[str, object] = {
            "winners": [codes[position] for position in self.winners],
            "scores": {codes[position]: written(number) for position, number in sorted(self.scores.items())},
            "steps": [
                {
                    "kind": step.kind.value,
                    "words": step.words,
                    "options": [codes[position] for position in step.options],
                    "figures": {
                        codes[position]: written(number) for position, number in step.figures.items()
                    },
                }
                for step in self.steps
            ],
            "names": {option.code: option.name for option in election.options},
        }
        if self.pairs:
            answer["pairs"] = {
                codes[a]: {codes[b]: row[b] for b in range(len(codes)) if b != a}
                for a, row in enumerate(self.pairs)
            }
        if self.spent is not None:
            answer["spent"] = written(self.spent)
        return answer


def written(number: Number) -> int | str:
    """Return a number for JSON without losing anything of it: an int, or a fraction as text."""
    number = whole(number)
    return number if isinstance(number, int) else f"{number.numerator}/{number.denominator}"


def top(
    election: Election, scores: Mapping[int, Number], seats: int, lot: Lot
) -> tuple[list[int], list[Step]]:
    """Return the options with the highest scores, and the step that tells of a lot where one was needed."""
    order = ranked(scores, lot)
    winners = order[:seats]
    if len(order) <= seats or not winners:
        return winners, []
    edge = scores[winners[-1]]
    tied = [position for position in order if scores[position] == edge]
    if all(position in winners for position in tied):
        return winners, []
    return winners, [drawn(election, tied, [position for position in winners if position in tied])]


def ranked(scores: Mapping[int, Number], lot: Lot) -> list[int]:
    """Return the positions from the highest score down, ties in the order of the lot."""
    return sorted(scores, key=lambda position: (-scores[position], lot.rank(position)))


def drawn(
    election: Election, tied: Sequence[int], chosen: Iterable[int], purpose: str = "選びました"
) -> Step:
    """Return the step that tells of a lot."""
    chosen = tuple(chosen)
    return Step(
        StepKind.LOT,
        f"{election.names(tied)}は同点です。公表した種によるくじで、{election.names(chosen)}を{purpose}。",
        chosen,
    )
