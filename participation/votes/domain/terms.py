"""What never changes of a published vote (投票の定め)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participation.votes.domain.ballots import BallotPaper
from participation.votes.domain.marking import marks_in
from participation.votes.domain.polls import Audience, Keeping


@dataclass(frozen=True)
class VoteName:
    """Which vote is meant, in plain values: every thread may hold it, and nothing is read for it."""

    id: int
    public_id: str


@dataclass(frozen=True)
class Terms:
    """Who may vote, what may be written on a ballot, how ballots are kept: the same for every voter."""

    id: int
    public_id: str
    is_draft: bool
    subject_id: int
    consultation_id: int | None
    audience: Audience
    standings: tuple[str, ...]
    keeping: Keeping
    asks_reason: bool
    paper: BallotPaper
    #: Code of an option → its id.
    option_ids: Mapping[str, int]
    is_counted: bool

    def counted(self, content: str) -> list[int]:
        """Return the ids of the marked options, where marks are counted while they come in."""
        return [self.option_ids[code] for code in marks_in(self.paper, content)] if self.is_counted else []
