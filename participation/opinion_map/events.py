"""Facts announced about opinion maps; what somebody answered is never among them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MapOpened:
    """People may vote from the opening on."""

    map_id: int


@dataclass(frozen=True)
class MapClosed:
    """A map takes no more votes."""

    map_id: int


@dataclass(frozen=True)
class StatementOffered:
    """A resident offered a statement, which waits for staff."""

    map_id: int
    statement_id: int


@dataclass(frozen=True)
class StatementVoted:
    """Somebody answered a statement."""

    map_id: int


@dataclass(frozen=True)
class MapPublished:
    """A version of a map is public."""

    map_id: int
    number: int
