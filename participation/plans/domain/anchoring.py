"""Anchoring (声の付いた場所): what became of the words about which somebody spoke."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AnchorState(StrEnum):
    """What became of a place since somebody spoke about it (声の付いた場所の状態)."""

    SAME = "same"
    MOVED = "moved"
    REWORDED = "reworded"
    DELETED = "deleted"


ANCHOR_NAMES: Mapping[AnchorState, str] = {
    AnchorState.SAME: "同じ文章",
    AnchorState.MOVED: "場所が変わった",
    AnchorState.REWORDED: "文章が変わった",
    AnchorState.DELETED: "計画から外れた",
}


@dataclass(frozen=True)
class Stand:
    """What a published version made of a place."""

    number: int
    version_name: str
    published_at: datetime
    standing: bool
    parent: str | None
    level: str
    title: str
    text: str


@dataclass(frozen=True)
class Anchor:
    """A place as somebody spoke about it, seen from the plan of today."""

    state: AnchorState
    #: The version that stood when they spoke, and the one that changed the place last.
    spoken_of: str
    changed_in: str

    @property
    def words(self) -> str:
        """What a reader is told; empty where nothing changed."""
        if self.state is AnchorState.SAME:
            return ""
        what = {
            AnchorState.MOVED: "この項目の場所が変わりました（文章は同じです）。",
            AnchorState.REWORDED: "この項目の文章が変わりました。",
            AnchorState.DELETED: "この項目は計画から外れました。",
        }[self.state]
        return f"「{self.spoken_of}」への声です。そのあと「{self.changed_in}」で、{what}"


def anchor_of(stands: Sequence[Stand], said_at: datetime) -> Anchor | None:
    """Return what became of a place since a moment; `stands` in the order of their versions. None: unknown place.

    Who spoke before the first version was published spoke about that one.
    """
    if not stands:
        return None
    then = [each for each in stands if each.published_at <= said_at] or [stands[0]]
    spoken, now = then[-1], stands[-1]
    if not now.standing:
        # A place that was taken out is told of even to those who spoke after that.
        since = next(each for each in reversed(stands) if not each.standing)
        return Anchor(AnchorState.DELETED, spoken.version_name, since.version_name)
    state = _state(spoken, now)
    changed_in = now.version_name
    for earlier, later in itertools.pairwise(stands):
        if later.number > spoken.number and _state(earlier, later) is not AnchorState.SAME:
            changed_in = later.version_name
    return Anchor(state, spoken.version_name, changed_in)


def _state(before: Stand, after: Stand) -> AnchorState:
    if not after.standing and before.standing:
        return AnchorState.DELETED
    if (before.title, before.text) != (after.title, after.text):
        return AnchorState.REWORDED
    if (before.parent, before.level) != (after.parent, after.level):
        return AnchorState.MOVED
    return AnchorState.SAME


@dataclass(frozen=True)
class Anchors:
    """What became of the places of a page since people spoke about them."""

    stands: Mapping[int, Sequence[Stand]]

    def words(self, subject_id: int, said_at: datetime) -> str:
        """Return what a reader is told beside a voice; empty where nothing changed, or it is no place of a plan."""
        anchor = anchor_of(self.stands.get(subject_id, ()), said_at)
        return anchor.words if anchor is not None else ""
