"""Votes for tests: a few by hand, many by chance with groups that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from participation.opinion_map.domain.votes import Ints, Votes, gather


def by_hand(*rows: str) -> Votes:
    """Votes of a line each: "+" agrees, "-" disagrees, "0" passes, "." has not seen it."""
    signs = {"+": 1, "-": -1, "0": 0}
    cells = [
        (row, column, signs[sign])
        for row, line in enumerate(rows)
        for column, sign in enumerate(line)
        if sign in signs
    ]
    return _gathered(
        [str(each) for each in range(len(rows))], [str(each) for each in range(len(rows[0]))], cells
    )


@dataclass(frozen=True)
class Planted:
    """Votes in which groups are hidden, and in which group each participant (in order) is."""

    votes: Votes
    groups: Ints


def planted(
    people: int, statements: int, groups: int, each: int, *, seed: int = 0, sharp: float = 1.5
) -> Planted:
    """So many groups, each with its own chances; everybody votes on about `each` statements. 1 group: mere noise."""
    chance = np.random.default_rng(seed)
    own = chance.integers(0, groups, people)
    lean = chance.normal(0, 0.7, statements) + chance.normal(0, sharp, (groups, statements)) * (groups > 1)
    cells = []
    for person in range(people):
        count = int(np.clip(chance.lognormal(0, 0.4) * each, 1, statements))
        seen = chance.choice(statements, count, replace=False)
        agrees = chance.random(count) < 1 / (1 + np.exp(-lean[own[person], seen]))
        passes = chance.random(count) < 0.12
        signs = np.where(passes, 0, np.where(agrees, 1, -1))
        cells += [(person, int(column), int(sign)) for column, sign in zip(seen, signs, strict=True)]
    votes = _gathered(
        [str(person) for person in range(people)], [str(text) for text in range(statements)], cells
    )
    return Planted(votes, own)


def renamed(votes: Votes, people: Sequence[int], texts: Sequence[int]) -> Votes:
    """The same votes, of people and statements with other names and in another order."""
    cells = [
        (people[row], texts[column], value)
        for row, column, value in zip(
            votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True
        )
    ]
    return _gathered(
        [str(each) for each in range(len(people))], [str(each) for each in range(len(texts))], cells
    )


def _gathered(people: list[str], texts: list[str], cells: Sequence[tuple[int, int, int]]) -> Votes:
    rows, columns, values = (np.array([cell[place] for cell in cells]) for place in range(3))
    votes, _ = gather(people, texts, rows.astype(np.int32), columns.astype(np.int32), values.astype(np.int8))
    return votes
