"""Which statement somebody is asked next (次の意見文): the urgent ones more often, drawn by lot.

    importance = (1 − (P+1)/(S+2)) · (E+1) · (A+1)/(S+2)
    priority   = (importance · (1 + 8·2^(−S/5)))²

A agrees, P passes, S all who saw it, E how far it carries on the map. A new statement is asked often,
one that many pass over seldom. The lot is drawn with the voter's own seed and the number of votes
given so far: whoever opens the page again finds the same statement.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A statement that might be asked next, with its votes so far."""

    number: int
    agree: int = 0
    disagree: int = 0
    passed: int = 0
    extremity: float = 0.0

    @property
    def seen(self) -> int:
        """How many answered it, passes included."""
        return self.agree + self.disagree + self.passed


def priority_of(statement: Candidate) -> float:
    """Return how urgently it should be asked."""
    seen = statement.seen
    engaging = 1 - (statement.passed + 1) / (seen + 2)
    importance = engaging * (statement.extremity + 1) * (statement.agree + 1) / (seen + 2)
    return float((importance * (1 + 8 * 2.0 ** (-seen / 5))) ** 2)


def next_of(candidates: Sequence[Candidate], seed: str, voted: int) -> Candidate | None:
    """Return the statement to ask, None if there is none left."""
    if not candidates:
        return None
    ordered = sorted(candidates, key=lambda each: each.number)
    weights = [priority_of(each) for each in ordered]
    lot = random.Random(f"{seed}:{voted}")  # noqa: S311 (repeatable, decides nothing but an order)
    return lot.choices(ordered, weights)[0]
