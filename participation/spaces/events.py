"""Facts announced about spaces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class IssueRegistered:
    """A local issue was registered in a space."""

    issue_id: int


@dataclass(frozen=True)
class IssueAdvanced:
    """A local issue reached another stage."""

    issue_id: int
    stage: str


@dataclass(frozen=True)
class IssuePassedUp:
    """A local issue was passed to the next larger space."""

    issue_id: int
    to_space_id: int


@dataclass(frozen=True)
class MinutesPublished:
    """The minutes of a space's meeting were published, or corrected."""

    meeting_id: int


@dataclass(frozen=True)
class ConsensusOpened:
    """A consensus check began."""

    check_id: int


@dataclass(frozen=True)
class ConsensusClosed:
    """A consensus check was closed with its result."""

    check_id: int


@dataclass(frozen=True)
class LocalNewsPublished:
    """A number of a space's local news was published."""

    news_id: int
