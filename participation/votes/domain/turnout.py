"""How many voted, by area and by age (投票した人の内訳): small groups are never told apart.

Where fewer than ten voted, nothing is broken down. A cell below five is not told; and where only one of a
table would stay untold, the next smallest goes with it, because the total would give it away.

Of fewer than five secret ballots nothing is told but their number: whoever knows who voted would know what
each of them chose, and each voter, with their own ballot, nearly so. That depends on the number alone: to
hold back a result because all agree would tell that all agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participation.votes.domain.polls import Keeping

FEWEST_VOTERS = 10
FEWEST_IN_CELL = 5
#: So many secret ballots at least make a result that is told.
FEWEST_SECRET = 5


@dataclass(frozen=True)
class Cell:
    """One line of a breakdown (内訳の一行); the count is None where it is not told."""

    name: str
    count: int | None


def are_too_few(keeping: Keeping, ballots: int) -> bool:
    """Return whether so few ballots were cast that a result would tell who chose what."""
    return keeping is Keeping.SECRET and 0 < ballots < FEWEST_SECRET


def broken_down(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    """Return the lines of a breakdown in the order given; none where too few voted or too little is left."""
    if sum(counts.values()) < FEWEST_VOTERS:
        return ()
    hidden = {name for name, count in counts.items() if 0 < count < FEWEST_IN_CELL}
    told = sorted(
        (name for name in counts if name not in hidden and counts[name]),
        key=lambda name: (counts[name], name),
    )
    # What is untold is known as the rest of the total: it must be of two groups, and of five people, at least.
    while hidden and told and (len(hidden) < 2 or sum(counts[name] for name in hidden) < FEWEST_IN_CELL):
        hidden.add(told.pop(0))
    if not told:
        return ()
    return tuple(Cell(name, None if name in hidden else count) for name, count in counts.items())
