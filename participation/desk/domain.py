"""What staff may do with several opinions at once, and the state to which it can be undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

#: At most so many opinions at once: what one screen can show.
MOST_AT_ONCE = 200
#: An action can be undone for this long.
UNDO_WITHIN = timedelta(hours=1)


class BulkAction(StrEnum):
    """What was done with opinions at the desk (まとめて行ったこと)."""

    SCREEN = "screen"
    HOLD = "hold"
    HIDE = "hide"
    TO_POINT = "to_point"
    NEW_POINT = "new_point"
    WITHOUT_POINT = "without_point"


DONE_WORDS = {
    BulkAction.SCREEN: "確認済みにしました",
    BulkAction.HOLD: "保留にしました",
    BulkAction.HIDE: "非表示にしました",
    BulkAction.TO_POINT: "論点に入れました",
    BulkAction.NEW_POINT: "新しい論点にまとめました",
    BulkAction.WITHOUT_POINT: "「論点なし」にしました",
}


@dataclass(frozen=True)
class BulkRequest:
    """What somebody asks for: which opinions (public ids), and what with them."""

    action: BulkAction
    opinions: tuple[str, ...]
    #: 論点に入れる: the point's public id.
    point: str = ""
    title: str = ""
    summary: str = ""
    reason: str = ""
    clause_number: int = 0
    without_reason: str = ""


@dataclass(frozen=True)
class Undone:
    """What undoing gave back, and the numbers of opinions that somebody changed in the meantime."""

    restored: int
    changed_since: tuple[int, ...] = ()

    def in_words(self) -> str:
        """Return what happened, in a sentence."""
        words = f"{self.restored}件を元に戻しました。"
        if self.changed_since:
            numbers = "、".join(str(number) for number in self.changed_since)
            words += f"意見{numbers}は、そのあとで変わったため、そのままにしました。"
        return words


@dataclass(frozen=True)
class SaidFilter:
    """Which of everything said somebody wants to see; kept in the address."""

    kind: str = ""
    consultation: str = ""
    #: A place in a plan with everything below it: "meguro-basic-plan/MP-2-2".
    place: str = ""
    visibility: str = ""
    stage: str = ""
    channel: str = ""
    section: str = ""
    unassigned: bool = False
    text: str = ""
    from_on: date | None = None
    to_on: date | None = None
    newest_first: bool = False
    #: A topic of a reading (話題): the opinions that are in it.
    topic: str = ""

    def as_query(self) -> dict[str, Any]:
        """Return the filter as the address carries it; empty conditions are left out."""
        query = {
            "kind": self.kind,
            "consultation": self.consultation,
            "place": self.place,
            "visibility": self.visibility,
            "stage": self.stage,
            "channel": self.channel,
            "section": self.section,
            "unassigned": "1" if self.unassigned else "",
            "text": self.text,
            "from_on": self.from_on.isoformat() if self.from_on else "",
            "to_on": self.to_on.isoformat() if self.to_on else "",
            "order": "new" if self.newest_first else "",
            "topic": self.topic,
        }
        return {name: value for name, value in query.items() if value}


@dataclass(frozen=True)
class OpinionState:
    """What the desk's actions change of an opinion: what is compared before something is undone."""

    visibility: str
    stage: str
    points: tuple[str, ...] = field(default=())
    without_reason: str = ""
    without_note: str = ""

    def as_stored(self) -> dict[str, object]:
        """Return it for a JSON column."""
        return {
            "visibility": self.visibility,
            "stage": self.stage,
            "points": list(self.points),
            "without_reason": self.without_reason,
            "without_note": self.without_note,
        }


def state_from(stored: dict[str, object]) -> OpinionState:
    """Return a state that was stored."""
    points = stored["points"]
    assert isinstance(points, list)
    return OpinionState(
        visibility=str(stored["visibility"]),
        stage=str(stored["stage"]),
        points=tuple(str(point) for point in points),
        without_reason=str(stored["without_reason"]),
        without_note=str(stored["without_note"]),
    )
