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
class AmendmentOffered:
    """Somebody offered a change to a proposal."""

    proposal_id: int
    amendment_id: int


@dataclass(frozen=True)
class MergeOffered:
    """An organisation offered another to join their proposals; `proposal_id` is that of who is asked."""

    proposal_id: int
    offer_id: int


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
