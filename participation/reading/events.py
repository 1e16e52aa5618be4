"""Facts announced about reading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NewTopicsHeard:
    """Several people speak of something of which nobody spoke before; whoever wants to hear of it is told once."""

    consultation_id: int
    #: The opinions that lead the topics.
    opinion_ids: tuple[int, ...]


@dataclass(frozen=True)
class TopicsFound:
    """Opinions were sorted into topics by machine."""

    run_id: int


@dataclass(frozen=True)
class TopicsJoined:
    """Opinions that came later joined topics that stand."""

    run_id: int


@dataclass(frozen=True)
class TopicsChanged:
    """Staff named, merged, split topics, moved opinions, or reopened them."""

    run_id: int


@dataclass(frozen=True)
class TopicsSignedOff:
    """Staff stand by the topics as they are."""

    run_id: int
