"""Reading notices, follows and what feeds say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.orm import aliased

from participation.consultations import queries as consultations
from participation.consultations.domain import ConsultationStatus, PhaseKind
from participation.consultations.models import Consultation, ConsultationSubject
from participation.consultations.queries import Procedure
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.discussion.models import Thread
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.notices.domain import NO_LONGER_SHOWN, RESULT_TITLE, WHY, NotificationKind
from participation.notices.models import Follow, MailStop, Notification
from participation.people.models import Person
from participation.plans.models import PlanNode
from participation.subjects.models import Subject

PAGE = 30
FEED = 30


@dataclass(frozen=True)
class NoticeLine:
    """One notice as its reader sees it."""

    title: str
    text: str
    why: str
    path: str
    created_at: datetime
    is_read: bool
    #: Whether the words that it is about may still be read.
    is_readable: bool


@dataclass(frozen=True)
class FollowLine:
    """One thing a person follows."""

    kind: str
    title: str
    public_id: str
    since: datetime
    subject_id: int | None = None


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed; only what everybody may read."""

    path: str
    title: str
    text: str
    author: str
    at: datetime


#: Asked with every page of a member: made once.
_UNREAD = (
    select(func.count())
    .select_from(Notification)
    .where(Notification.person_id == bindparam("person_id"), Notification.read_at.is_(None))
)


def count_unread(person_id: int) -> int:
    """Return how many notices a person has not read."""
    return db.session.scalar(_UNREAD, {"person_id": person_id}) or 0


def list_notices(person_id: int, edge: Edge) -> Page[NoticeLine]:
    """Return a person's notices, newest first; words that are hidden now are not among them."""
    statement, backwards = keyset(
        select(Notification, Contribution)
        .join(Contribution, Contribution.id == Notification.contribution_id, isouter=True)
        .where(Notification.person_id == person_id),
        [Notification.id],
        edge,
        limit=PAGE,
        descending=True,
    )
    rows = db.session.execute(statement).all()
    return page(
        [notice_line(*row) for row in rows],
        [(row[0].id,) for row in rows],
        edge,
        limit=PAGE,
        backwards=backwards,
    )


def notice_line(notification: Notification, said: Contribution | None) -> NoticeLine:
    """Return a notice in words; what others wrote is quoted only while everybody may read it."""
    title, text, is_readable = notification.title, notification.text, True
    if notification.kind in (NotificationKind.REPLIED, NotificationKind.THREAD):
        is_readable = said is not None and said.visibility is Visibility.PUBLISHED
        name = f"{said.shown_name or '匿名'}さん" if is_readable and said else "ほかの人"
        text = f"「{excerpt(said.body, 120)}」" if is_readable and said else NO_LONGER_SHOWN
        did = "返信しました" if notification.kind is NotificationKind.REPLIED else "話し合いを始めました"
        title = f"{name}が{did}"
    return NoticeLine(
        title=title,
        text=text,
        why=WHY[notification.kind],
        path=notification.path,
        created_at=notification.created_at,
        is_read=notification.read_at is not None,
        is_readable=is_readable,
    )


def list_follows(person_id: int) -> list[FollowLine]:
    """Return what a person follows, latest first."""
    rows = db.session.execute(
        select(Follow, Subject, Consultation)
        .join(Subject, Subject.id == Follow.subject_id, isouter=True)
        .join(Consultation, Consultation.id == Follow.consultation_id, isouter=True)
        .where(Follow.person_id == person_id)
        .order_by(Follow.id.desc())
    )
    return [
        FollowLine("subject", subject.title, subject.public_id, follow.created_at, subject.id)
        if subject
        else FollowLine("consultation", consultation.title, consultation.code, follow.created_at)
        for follow, subject, consultation in rows
    ]


def is_following(
    person_id: int | None, *, subject_id: int | None = None, consultation_id: int | None = None
) -> bool:
    """Return whether a person follows this subject or consultation."""
    if person_id is None:
        return False
    condition = Follow.subject_id == subject_id if subject_id else Follow.consultation_id == consultation_id
    return db.session.scalar(select(Follow.id).where(Follow.person_id == person_id, condition)) is not None


def get_person_of_stop(token: str) -> Person:
    """Return whose letters this link stops; raises NotFound."""
    person = db.session.scalars(
        select(Person).join(MailStop, MailStop.person_id == Person.id).where(MailStop.token == token)
    ).one_or_none()
    if person is None:
        raise NotFound
    return person


def list_followers_of_subject(subject_id: int) -> Sequence[int]:
    """Return who follows the subject or a place in the plan above it."""
    node, above = aliased(PlanNode), aliased(PlanNode)
    subjects_above = (
        select(above.subject_id)
        .join(node, (node.plan_id == above.plan_id) & node.path.like(above.path + literal_column("'/%'")))
        .where(node.subject_id == subject_id)
    )
    return db.session.scalars(
        select(Follow.person_id)
        .where((Follow.subject_id == subject_id) | Follow.subject_id.in_(subjects_above))
        .distinct()
    ).all()


def list_followers_of_consultation(consultation_id: int) -> Sequence[int]:
    """Return who follows the consultation or a subject about which it asked."""
    subjects = select(ConsultationSubject.subject_id).where(
        ConsultationSubject.consultation_id == consultation_id
    )
    return db.session.scalars(
        select(Follow.person_id)
        .where((Follow.consultation_id == consultation_id) | Follow.subject_id.in_(subjects))
        .distinct()
    ).all()


def list_subject_feed(subject_ids: Sequence[int]) -> list[FeedEntry]:
    """Return what was opened for discussion about these subjects, newest first; published words only."""
    rows = db.session.execute(
        select(Thread, Contribution)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .where(Thread.subject_id.in_(subject_ids), Contribution.visibility == Visibility.PUBLISHED)
        .order_by(Thread.id.desc())
        .limit(FEED)
    )
    return [
        FeedEntry(
            f"/talk/{thread.public_id}",
            thread.title,
            said.body,
            said.shown_name or "匿名",
            said.said_at,
        )
        for thread, said in rows
    ]


def get_announced(code: str) -> Procedure:
    """Return a consultation that the public may know of; raises NotFound."""
    procedure = consultations.get_procedure(code)
    if procedure.consultation.status is ConsultationStatus.PLANNED and not procedure.phases:
        raise NotFound
    return procedure


def list_consultation_feed(procedure: Procedure) -> list[FeedEntry]:
    """Return what happened in a consultation, newest first: calls that began and ended, the result."""
    consultation, now = procedure.consultation, clock.now()
    path = f"/consultations/{consultation.code}"
    entries = [
        FeedEntry(
            f"{path}#{span.kind}", _PHASE_NEWS[span.kind], consultation.summary, "", span.period.opens_at
        )
        for span in procedure.phases
        if span.kind in _PHASE_NEWS and span.period.opens_at <= now
    ]
    if (
        consultation.result_published_on is not None
        and consultation.status is ConsultationStatus.RESULT_PUBLISHED
    ):
        published_at = clock.start_of(consultation.result_published_on)
        entries.append(FeedEntry(f"{path}/results", RESULT_TITLE, "", "", published_at))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


_PHASE_NEWS = {
    PhaseKind.ANNOUNCED: "意見募集の予告を公開しました",
    PhaseKind.OPEN: "意見の募集を始めました",
    PhaseKind.CONSIDERING: "募集を終え、検討を始めました",
}
