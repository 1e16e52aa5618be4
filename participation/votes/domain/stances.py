"""What readers think of a published voice (声への賛否): agree, disagree, pass; one of each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from participation.contributions.domain import ContributionKind
from participation.votes.domain.turnout import FEWEST_IN_CELL


class Stance(StrEnum):
    """What somebody thinks of a voice (賛否)."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105 (a word, no password)


STANCE_NAMES = {Stance.AGREE: "賛成", Stance.DISAGREE: "反対", Stance.PASS: "どちらともいえない"}
#: What takes one back.
TAKE_BACK = "none"
#: Kinds of voices to which one may give it. The others have a way of their own: proposals are endorsed,
#: statements of a map and consensus in a space are voted on, ideas are weighed in their challenge.
ON_KINDS = frozenset({ContributionKind.OPINION, ContributionKind.POST, ContributionKind.VOTE_REASON})


@dataclass(frozen=True)
class StanceCounts:
    """How many gave which answer to one voice: people, and organisations apart."""

    people: Mapping[Stance, int]
    organisations: Mapping[Stance, int]

    @property
    def shown(self) -> list[tuple[str, int]]:
        """(answer, people), once so many answered that nobody can be told from the figures; else nothing."""
        return _shown(self.people)

    @property
    def shown_organisations(self) -> list[tuple[str, int]]:
        """(answer, organisations), under the same condition."""
        return _shown(self.organisations)


NO_STANCES = StanceCounts({}, {})


def _shown(counts: Mapping[Stance, int]) -> list[tuple[str, int]]:
    if sum(counts.values()) < FEWEST_IN_CELL:
        return []
    return [(name, counts.get(stance, 0)) for stance, name in STANCE_NAMES.items()]
