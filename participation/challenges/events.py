"""Facts announced about challenges, ideas and calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChallengePosted:
    """The ward posted a challenge."""

    challenge_id: int


@dataclass(frozen=True)
class ChallengeAdvanced:
    """The ward moved a challenge to another stage."""

    challenge_id: int
    stage: str


@dataclass(frozen=True)
class IdeaOffered:
    """Somebody offered an idea."""

    idea_id: int


@dataclass(frozen=True)
class IdeaLinked:
    """A person confirmed that an idea belongs to a challenge."""

    idea_id: int
    challenge_id: int


@dataclass(frozen=True)
class IdeaGrew:
    """A proposal was begun from an idea."""

    idea_id: int
    proposal_id: int


@dataclass(frozen=True)
class CallOpened:
    """An organisation asks for cooperation, or offers it."""

    call_id: int


@dataclass(frozen=True)
class CallRevised:
    """An organisation rewrote its call."""

    call_id: int


@dataclass(frozen=True)
class CallClosed:
    """An organisation closed its call, or called it off."""

    call_id: int


@dataclass(frozen=True)
class ApplicationSent:
    """An organisation applied to a call."""

    application_id: int


@dataclass(frozen=True)
class ApplicationAnswered:
    """An application was accepted or declined."""

    application_id: int
    is_accepted: bool
