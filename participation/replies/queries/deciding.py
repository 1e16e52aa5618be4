"""What waits for a decision (決裁待ち), and exactly what the approver decides on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from participation.access.actors import Actor
from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page
from participation.organisations.models import Section
from participation.people.models import Person
from participation.replies.domain import (
    ReplyStatus,
    difference,
)
from participation.replies.models import (
    Point,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries import machine
from participation.replies.queries.gathering import Member, list_members
from participation.replies.queries.one_point import VersionLine, WrittenPoint, get_written_point

MEMBERS_TO_DECIDE = 20


@dataclass(frozen=True)
class WaitingReply:
    """A reply that waits for a decision, or for its publication."""

    public_id: str
    number: int
    title: str
    consultation_title: str
    section_name: str
    version_number: int
    author: str
    since: datetime
    due_on: date | None
    is_own: bool
    is_correction: bool
    #: A version of it was begun from what a machine proposed.
    began_by_machine: bool


def list_waiting(
    actor: Actor, status: ReplyStatus = ReplyStatus.WAITING, *, limit: int = 200
) -> list[WaitingReply]:
    """Return the replies that wait for a decision (or, decided on, for publication), oldest first. Two queries."""
    found = db.session.execute(
        select(
            Point,
            Consultation.title,
            Section.name,
            ReplyVersion.number,
            ReplyVersion.author_id,
            ReplyVersion.made_at,
            Person.nickname,
            WardReply.published_number,
        )
        .join(Consultation, Consultation.id == Point.consultation_id)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.latest_number),
        )
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(Person, Person.id == ReplyVersion.author_id)
        .where(Point.status == status, Point.merged_into_id.is_(None))
        .order_by(ReplyVersion.made_at, Point.id)
        .limit(limit)
    ).all()
    begun = machine.points_begun([row.Point.id for row in found])
    return [
        WaitingReply(
            public_id=point.public_id,
            number=point.number,
            title=point.title,
            consultation_title=title,
            section_name=section or "",
            version_number=version_number,
            author=author or "システム",
            since=made_at,
            due_on=point.due_on,
            is_own=author_id is not None and author_id == actor.person_id,
            is_correction=published is not None,
            began_by_machine=point.id in begun,
        )
        for point, title, section, version_number, author_id, made_at, author, published in found
    ]


@dataclass(frozen=True)
class ApprovalPage:
    """The page on which an approver decides: exactly one version, and what changed since the last decision."""

    page: WrittenPoint
    members: Page[Member]
    version: VersionLine
    #: The version that stands in public or was decided on last, if there is one.
    earlier: VersionLine | None
    changes: list[tuple[str, str]]
    own_words: bool

    @property
    def is_newest(self) -> bool:
        """Whether nothing newer was written."""
        return self.page.latest is not None and self.page.latest.number == self.version.number


def get_approval_page(public_id: str, actor: Actor, number: int | None = None) -> ApprovalPage:
    """Return the page on which a version is decided on; without a number the newest one. Three queries."""
    written = get_written_point(public_id, actor)
    if written.latest is None:
        raise NotFound
    chosen = number or written.latest.number
    version = next((each for each in written.versions if each.number == chosen), None)
    if version is None:
        raise NotFound
    before = [each for each in written.versions if each.number < chosen]
    earlier = next((each for each in before if each.was_approved), None)
    return ApprovalPage(
        page=written,
        members=list_members(written.point.id, Edge(), limit=MEMBERS_TO_DECIDE),
        version=version,
        earlier=earlier,
        changes=difference(earlier.whole_text, version.whole_text) if earlier else [],
        own_words=any(
            each.author_id == actor.person_id and each.says_the_same(version) for each in (version, *before)
        ),
    )


def get_difference(
    public_id: str, old: int, new: int, actor: Actor
) -> tuple[WrittenPoint, list[tuple[str, str]]]:
    """Return what changed between two versions of a reply; raises NotFound. Two queries."""
    written = get_written_point(public_id, actor)
    by_number = {each.number: each for each in written.versions}
    if old not in by_number or new not in by_number:
        raise NotFound
    return written, difference(by_number[old].whole_text, by_number[new].whole_text)
