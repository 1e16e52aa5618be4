"""Facts announced about proposals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProposalSubmitted:
    """An organisation submitted a proposal."""

    proposal_id: int


@dataclass(frozen=True)
class ProposalRevised:
    """An organisation changed the words of a submitted proposal."""

    proposal_id: int
    has_endorsements: bool = False


@dataclass(frozen=True)
class ProposalWithdrawn:
    """An organisation took its proposal back."""

    proposal_id: int


@dataclass(frozen=True)
class ProposalEndorsed:
    """A person or an organisation endorsed a proposal."""

    proposal_id: int


@dataclass(frozen=True)
class ProposalAdvanced:
    """The ward moved a proposal to another stage."""

    proposal_id: int
    stage: str


@dataclass(frozen=True)
class AmendmentAnswered:
    """An organisation accepted or declined a change that somebody offered."""

    amendment_id: int
    contribution_id: int
    is_accepted: bool


@dataclass(frozen=True)
class ProposalsJoined:
    """Two organisations agreed to join one proposal into another."""

    proposal_id: int
    into_id: int
