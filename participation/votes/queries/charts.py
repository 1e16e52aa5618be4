"""The steps of a tally as figures to look at (経過の図): rounds, pairs, and what the budget goes to."""

from __future__ import annotations

from dataclasses import dataclass

from participation.votes.domain.ballots import Election, in_words
from participation.votes.domain.outcomes import Outcome, StepKind


@dataclass(frozen=True)
class Chart:
    """A table of figures: its columns, and a row for each option."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def rounds_of(election: Election, outcome: Outcome, order: list[int]) -> Chart | None:
    """Return what each option had in each round; None where there was but one."""
    counts = [step.figures for step in outcome.steps if step.kind is StepKind.COUNT and step.figures]
    if len(counts) < 2:
        return None
    rows = tuple(
        (
            election.options[at].name,
            *(in_words(figures[at]) if figures.get(at) else "―" for figures in counts),
        )
        for at in order
    )
    columns = ("選択肢", *(f"{number}回目" for number in range(1, len(counts) + 1)))
    return Chart("回ごとの票", columns, rows)


def pairs_of(election: Election, outcome: Outcome, order: list[int]) -> Chart | None:
    """Return how many ballots put the option of the row before that of the column."""
    if not outcome.pairs:
        return None
    numbers = {at: str(number) for number, at in enumerate(order, start=1)}
    rows = tuple(
        (
            f"{numbers[a]} {election.options[a].name}",
            *("―" if a == b else f"{outcome.pairs[a][b]:,}" for b in order),
        )
        for a in order
    )
    caption = "一対一の比べ合い（行の選択肢を、列の番号の選択肢より上にした票）"
    return Chart(caption, ("選択肢", *(numbers[at] for at in order)), rows)


def spending_of(election: Election, outcome: Outcome) -> tuple[tuple[str, int], ...]:
    """Return what each chosen project takes of the budget, and what is left; empty where none is divided."""
    if election.budget is None or outcome.spent is None or not outcome.winners:
        return ()
    taken = [(election.options[at].name, int(election.options[at].cost or 0)) for at in outcome.winners]
    return (*taken, ("使わない分", int(election.budget - outcome.spent)))
