"""The board of points (論点の一覧): chosen points, how many are how far, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from participation.access.actors import Actor, Role
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.paging import Edge, Page, keyset, page
from participation.organisations.models import Section
from participation.replies.domain import (
    STATUS_KINDS,
    STATUS_NAMES,
    ReplyStatus,
)
from participation.replies.models import (
    Point,
    PointSection,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries.counting import Count, count_of_points

SHOWN = 50


@dataclass(frozen=True)
class BoardFilter:
    """Which points somebody wants to see; kept in the address."""

    consultation: str = ""
    status: str = ""
    section: str = ""
    mine: bool = False
    text: str = ""


@dataclass(frozen=True)
class PointRow:
    """One point on the board."""

    public_id: str
    number: int
    title: str
    consultation_code: str
    consultation_title: str
    section_name: str
    status: ReplyStatus
    is_published: bool
    due_on: date | None
    count: Count

    @property
    def status_name(self) -> str:
        """The status in words; a published reply under correction says both."""
        if self.is_published and self.status is not ReplyStatus.PUBLISHED:
            return f"公表中・訂正（{STATUS_NAMES[self.status]}）"
        return STATUS_NAMES[self.status]

    @property
    def status_kind(self) -> str:
        """The kind of tag."""
        return STATUS_KINDS[self.status]

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline has passed without a published reply."""
        return self.due_on is not None and self.due_on < clock.today() and not self.is_published


def board(chosen: BoardFilter, actor: Actor, edge: Edge) -> Page[PointRow]:
    """Return the points, by consultation and number. Two queries."""
    statement: Any = (
        select(
            Point,
            Consultation.code,
            Consultation.title,
            Section.name,
            WardReply.published_number,
        )
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .where(Point.merged_into_id.is_(None), *_conditions(chosen, actor))
    )
    ordered, backwards = keyset(statement, [Point.consultation_id, Point.number], edge, limit=SHOWN)
    found = db.session.execute(ordered).all()
    shown = page(
        found,
        [(row[0].consultation_id, row[0].number) for row in found],
        edge,
        limit=SHOWN,
        backwards=backwards,
    )
    counts = count_of_points([row[0].id for row in shown.items])
    return Page(
        items=[
            PointRow(
                public_id=point.public_id,
                number=point.number,
                title=point.title,
                consultation_code=code,
                consultation_title=title,
                section_name=section or "",
                status=point.status,
                is_published=published is not None,
                due_on=point.due_on,
                count=counts.get(point.id, Count()),
            )
            for point, code, title, section, published in shown.items
        ],
        after=shown.after,
        before=shown.before,
    )


def count_by_status(chosen: BoardFilter, actor: Actor) -> dict[ReplyStatus, int]:
    """Return status → how many points, under the other conditions of the filter."""
    without_status = BoardFilter(
        consultation=chosen.consultation, section=chosen.section, mine=chosen.mine, text=chosen.text
    )
    found = db.session.execute(
        select(Point.status, func.count())
        .select_from(Point)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(Section, Section.id == Point.section_id)
        .where(Point.merged_into_id.is_(None), *_conditions(without_status, actor))
        .group_by(Point.status)
    )
    counts = dict.fromkeys(ReplyStatus, 0)
    for status, count in found:
        counts[status] = count
    return counts


def _conditions(chosen: BoardFilter, actor: Actor) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.consultation:
        conditions.append(Consultation.code == chosen.consultation)
    if chosen.status in set(ReplyStatus):
        conditions.append(Point.status == ReplyStatus(chosen.status))
    if chosen.section:
        conditions.append(Section.code == chosen.section)
    if chosen.mine:
        conditions.append(_of_section(actor.section_id))
    if chosen.text:
        conditions.append(
            or_(
                Point.title.contains(chosen.text, autoescape=True),
                Point.summary.contains(chosen.text, autoescape=True),
            )
        )
    return conditions


def _of_section(section_id: int | None) -> ColumnElement[bool]:
    helps = select(PointSection.point_id).where(PointSection.section_id == section_id)
    return or_(Point.section_id == section_id, Point.id.in_(helps))


@dataclass(frozen=True)
class WorkCounts:
    """How much work with points waits, for the desk's first page."""

    without_reply: int
    of_my_section: int
    overdue: int
    due_soon: int
    sent_back: int
    waiting: int
    waiting_for_me: int
    to_publish: int


def count_work(actor: Actor, soon: date) -> WorkCounts:
    """Return the counts for the desk's first page. One query."""
    open_states = (ReplyStatus.NOT_STARTED, ReplyStatus.DRAFT, ReplyStatus.SENT_BACK)
    is_open = Point.status.in_(open_states) & WardReply.published_number.is_(None)
    mine = _of_section(actor.section_id) if actor.section_id is not None else Point.id < 0
    late = is_open & (Point.due_on < clock.today())
    waiting = Point.status == ReplyStatus.WAITING
    is_other = or_(ReplyVersion.author_id.is_(None), ReplyVersion.author_id != (actor.person_id or 0))
    row = db.session.execute(
        select(
            func.count().filter(is_open),
            func.count().filter(is_open & mine),
            func.count().filter(late),
            func.count().filter(is_open & (Point.due_on >= clock.today()) & (Point.due_on <= soon)),
            func.count().filter(Point.status == ReplyStatus.SENT_BACK),
            func.count().filter(waiting),
            func.count().filter(waiting & is_other),
            func.count().filter(Point.status == ReplyStatus.APPROVED),
        )
        .select_from(Point)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.latest_number),
        )
        .where(Point.merged_into_id.is_(None))
    ).one()
    return WorkCounts(*row)


def may_write(actor: Actor) -> bool:
    """Whether the actor works on replies at all."""
    return actor.has(Role.OFFICER, Role.EDITOR)


def titles_of(point_public_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return public id → (number, title) of points."""
    return {
        public_id: (number, title)
        for public_id, number, title in db.session.execute(
            select(Point.public_id, Point.number, Point.title).where(
                Point.public_id.in_(list(point_public_ids))
            )
        )
    }
