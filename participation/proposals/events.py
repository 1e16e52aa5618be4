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
