"""What happened to a point and to its reply (これまでの動き): the latest beside the work, all of it on its own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.paging import Edge, Page, keyset, page
from participation.people.models import Person
from participation.replies.domain import CHANGE_NAMES
from participation.replies.models import Point, PointChange

#: So many lines stand beside the work; so many on a page of their own.
LATEST, SHOWN = 20, 100


@dataclass(frozen=True)
class HistoryLine:
    """Something that happened to a point or its reply."""

    at: datetime
    what: str
    who: str
    text: str


def latest(point: Point, of_reply: Sequence[HistoryLine]) -> Page[HistoryLine]:
    """Return the latest of what happened; `after` says that there is more. One query."""
    found, lines = _changes(point, Edge(), LATEST)
    lines = _newest_first([*lines, *of_reply])
    more = found.after is not None or len(lines) > LATEST
    return Page(lines[:LATEST], after="more" if more else None)


def list_history(
    point: Point, of_reply: Sequence[HistoryLine], edge: Edge, *, limit: int = SHOWN
) -> Page[HistoryLine]:
    """Return what happened to a point, latest first, a page at a time. Two queries at most.

    What happened to the versions of the reply (few, and read with them) is put between the movements of the
    point (as many as opinions were put in): each on the page whose span of time it falls into.
    """
    found, lines = _changes(point, edge, limit)
    newest = lines[0].at if lines and found.before is not None else None
    oldest = _at_before(found.items[-1]) if found.items and found.after is not None else None
    lines += [
        line
        for line in of_reply
        if (newest is None or line.at <= newest) and (oldest is None or line.at > oldest)
    ]
    return Page(_newest_first(lines), found.after, found.before)


def _newest_first(lines: list[HistoryLine]) -> list[HistoryLine]:
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _changes(point: Point, edge: Edge, limit: int) -> tuple[Page[PointChange], list[HistoryLine]]:
    """Return a page of the movements of a point, latest first, as they are and in words."""
    other = aliased(Point)
    statement, backwards = keyset(
        select(PointChange, Person.nickname, other.number)
        .outerjoin(Person, Person.id == PointChange.by_id)
        .outerjoin(other, other.id == PointChange.other_point_id)
        .where(PointChange.point_id == point.id),
        [PointChange.id],
        edge,
        limit=limit,
        descending=True,
    )
    rows = db.session.execute(statement).all()
    found = page(rows, [(change.id,) for change, _, _ in rows], edge, limit=limit, backwards=backwards)
    lines = [
        HistoryLine(change.at, CHANGE_NAMES[change.kind], who or "システム", _told(change, number))
        for change, who, number in found.items
    ]
    return Page([change for change, _, _ in found.items], found.after, found.before), lines


def _at_before(change: PointChange) -> datetime | None:
    """Return when the movement of the point before this one was: with it the next page begins."""
    return db.session.scalar(
        select(PointChange.at)
        .where(PointChange.point_id == change.point_id, PointChange.id < change.id)
        .order_by(PointChange.id.desc())
        .limit(1)
    )


def _told(change: PointChange, other_number: int | None) -> str:
    parts = []
    if other_number is not None:
        parts.append(f"No.{other_number}")
    if "opinions" in change.details:
        parts.append(f"意見{len(change.details['opinions'])}件")
    if "title" in change.details:
        parts.append(f"前の題名「{change.details['title']}」")
    return "　".join(parts)
