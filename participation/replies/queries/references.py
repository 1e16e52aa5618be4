"""Replies that are the same as another's (「No.1の考え方と同じです」): what they point to, what is wrong with it.

A reference is kept by the point's id, so that numbers may be read anew and titles may change. It leads
one step: to a point that has a reply of its own, was not put into another, and (in public) stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.replies.domain import ReplyStatus
from participation.replies.models import Point, ReplyPublication, ReplyVersion, WardReply

_into, _target = aliased(Point), aliased(Point)
_reply, _latest, _standing = aliased(WardReply), aliased(ReplyVersion), aliased(ReplyPublication)


@dataclass(frozen=True)
class Reference:
    """The point to which a reply points, with what its own reply says now."""

    number: int
    public_id: str
    title: str
    status: ReplyStatus
    #: The number of the point into which it was put, if it was.
    merged_into: int | None
    has_reply: bool
    points_further: bool
    #: The newest words, and those that stand in public.
    latest_number: int
    body: str
    supplement: str
    written_at: datetime | None
    published_number: int | None
    published_at: datetime | None

    @property
    def text(self) -> str:
        """Its reply in words, as it was written last."""
        return "\n\n".join(filter(None, (self.body, self.supplement)))

    def changed_since(self, at: datetime) -> bool:
        """Whether its reply was written anew or published after somebody pointed to it."""
        moments = [each for each in (self.written_at, self.published_at) if each is not None]
        return any(each > at for each in moments)


def get_reference(point_id: int) -> Reference:
    """Return the point to which a reply points, whatever became of it. One query."""
    statement = _with_what_it_says(select(*COLUMNS).select_from(_target))
    return reference_of(db.session.execute(statement.where(_target.id == point_id)).one())


#: What a query selects besides its own that reads references too, with :func:`joined`.
COLUMNS = (_target, _into.number, _reply, _latest, _standing.published_at)


def joined(statement: Any, points_to: Any) -> Any:
    """Return a query with the point in the column `points_to` and what its reply says."""
    return _with_what_it_says(statement.outerjoin(_target, _target.id == points_to))


def _with_what_it_says(statement: Any) -> Any:
    return (
        statement.outerjoin(_into, _into.id == _target.merged_into_id)
        .outerjoin(_reply, _reply.point_id == _target.id)
        .outerjoin(_latest, (_latest.reply_id == _reply.id) & (_latest.number == _reply.latest_number))
        .outerjoin(_standing, (_standing.reply_id == _reply.id) & _standing.ended_at.is_(None))
    )


def reference_of(row: Sequence[Any]) -> Reference:
    """Return the reference in the last columns of a row (COLUMNS)."""
    point, into, reply, latest, published_at = row[-len(COLUMNS) :]
    return Reference(
        number=point.number,
        public_id=point.public_id,
        title=point.title,
        status=point.status,
        merged_into=into,
        has_reply=reply is not None,
        points_further=latest is not None and latest.same_as_point_id is not None,
        latest_number=reply.latest_number if reply else 0,
        body=latest.body if latest else "",
        supplement=latest.supplement if latest else "",
        written_at=latest.made_at if latest else None,
        published_number=reply.published_number if reply else None,
        published_at=published_at,
    )


def wrong_with(reference: Reference, *, must_be_published: bool) -> str:
    """Return why a reply cannot be the same as this one, in Japanese; empty if it can."""
    name = f"No.{reference.number}"
    if reference.merged_into is not None:
        return f"{name}は、No.{reference.merged_into}にまとめられました。No.{reference.merged_into}を入れてください。"
    if not reference.has_reply:
        return f"{name}には、まだ区の考え方がありません。"
    if reference.points_further:
        return f"{name}も「ほかと同じ」です。もとの論点の番号を入れてください。"
    if must_be_published and reference.published_number is None:
        return f"{name}がまだ公表されていません。先に{name}を公表するか、一緒に公表してください。"
    return ""


def warning_about(reference: Reference, written_at: datetime) -> str:
    """Return what the writer and the approver of a reply should know about the one it points to."""
    wrong = wrong_with(reference, must_be_published=False)
    if wrong:
        return wrong
    if reference.changed_since(written_at):
        return (
            f"No.{reference.number}の考え方は、この版が書かれたあとに変わりました（今は第{reference.latest_number}版）。"
            "今の文でも「同じ」といえるかを確かめてください。"
        )
    return ""


@dataclass(frozen=True)
class Pointing:
    """A point whose reply is the same as another's."""

    id: int
    number: int
    public_id: str
    title: str
    is_published: bool


def list_pointing_to(point_id: int) -> Sequence[Pointing]:
    """Return the points whose newest or published reply is the same as this one's, by number. One query."""
    found = db.session.execute(
        select(Point.id, Point.number, Point.public_id, Point.title, WardReply.published_number)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(ReplyVersion, ReplyVersion.reply_id == WardReply.id)
        .where(
            ReplyVersion.same_as_point_id == point_id,
            Point.merged_into_id.is_(None),
            or_(
                ReplyVersion.number == WardReply.latest_number,
                ReplyVersion.number == WardReply.published_number,
            ),
        )
        .distinct()
        .order_by(Point.number)
    )
    return [
        Pointing(id_, number, public_id, title, bool(shown)) for id_, number, public_id, title, shown in found
    ]


def list_published_pointing_to(point_id: int) -> Sequence[str]:
    """Return the public ids of the points that stand in public as the same as this one, by number. One query."""
    return db.session.scalars(
        select(Point.public_id)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.published_number),
        )
        .where(ReplyVersion.same_as_point_id == point_id)
        .order_by(Point.number)
    ).all()


def in_words(pointing: Sequence[Pointing]) -> str:
    """Return 「No.2、No.5」."""
    return "、".join(f"No.{each.number}" for each in pointing[:10])


def find_by_number(consultation_id: int, number: int) -> Point | None:
    """Return the point with this number in a consultation, or None."""
    return db.session.scalars(
        select(Point).where(Point.consultation_id == consultation_id, Point.number == number)
    ).one_or_none()
