"""Facts announced about votes; a ballot's choice is never among them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VotePublished:
    """A vote may be cast from its opening on."""

    vote_id: int


@dataclass(frozen=True)
class BallotCast:
    """Somebody voted, or changed their vote."""

    vote_id: int


@dataclass(frozen=True)
class VoteClosed:
    """A vote takes no more ballots."""

    vote_id: int


@dataclass(frozen=True)
class StanceTaken:
    """Somebody gave, changed or took back what they think of a voice."""

    contribution_id: int
