"""Facts announced about gatherings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GatheringAnnounced:
    """A gathering was announced."""

    gathering_id: int


@dataclass(frozen=True)
class GatheringChanged:
    """What is announced of a gathering was changed."""

    gathering_id: int


@dataclass(frozen=True)
class GatheringCancelled:
    """An announced gathering will not take place."""

    gathering_id: int


@dataclass(frozen=True)
class GatheringRecordPublished:
    """The record of a gathering was published."""

    gathering_id: int
