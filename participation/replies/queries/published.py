"""What stands in public: the result of a consultation, one point, the amendments, a viewpoint's replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.domain import (
    WITH_ORIGINALS,
    ConsultationStatus,
    PublicationMode,
    Tally,
    tallies,
)
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.opinions.models import Opinion
from participation.plans.models import PlanLevel, PlanNode
from participation.replies.domain import AmendmentText, ReplyStatus, Wording, amendment_from
from participation.replies.models import (
    Amendment,
    Disposition,
    Point,
    PointOpinion,
    ReplyPublication,
    ReplyVersion,
    ResultPublication,
    WardReply,
)
from participation.replies.queries import rows
from participation.replies.queries.counting import Count, count_of_points
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

SHOWN = 20
ORIGINALS_SHOWN = 200


@dataclass(frozen=True)
class PublishedReply:
    """A point and the ward's reply to it as they stand in public."""

    id: int
    public_id: str
    number: int
    title: str
    summary: str
    body: str
    disposition_id: int | None
    disposition: str
    symbol: str
    #: The point whose reply is the same: its number and public id.
    same_as: tuple[int, str] | None
    supplement: str
    #: やさしい日本語版 and こども版; of a reply that has none, that of the one with which it is the same.
    easy: str
    child: str
    #: The whole words of the reply that is the same, as they stand in public.
    same_text: str
    #: How the count is told: with those of the same meaning besides the one (ほか3件).
    names_others: bool
    section_name: str
    published_at: datetime
    correction_note: str
    amendments: tuple[AmendmentText, ...]
    about: str
    about_path: str
    consultation_code: str
    consultation_title: str
    count: Count
    #: How far the reply is, where it is read before its publication.
    status: ReplyStatus

    @property
    def published_on(self) -> date:
        """The day in Tokyo."""
        return self.published_at.astimezone(clock.JST).date()

    @property
    def disposition_text(self) -> str:
        """「1 趣旨を踏まえて修正」."""
        return f"{self.symbol} {self.disposition}" if self.disposition else ""

    @property
    def reply_text(self) -> str:
        """The whole reply in words; where it is the same as another point's, that one's words are in it."""
        parts = []
        if self.same_as is not None:
            parts.append(f"No.{self.same_as[0]}の区の考え方と同じです。")
            if self.same_text:
                parts.append(f"【No.{self.same_as[0]}の区の考え方】\n{self.same_text}")
        if self.body:
            parts.append(self.body)
        if self.supplement:
            head = "【この論点について】\n" if self.same_text else ""
            parts.append(head + self.supplement)
        return "\n\n".join(parts)

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """In which words it can be read: the formal ones, and the plain ones that there are."""
        plain = ((Wording.EASY, self.easy), (Wording.CHILD, self.child))
        return (Wording.FORMAL, *(each for each, text in plain if text))

    def text_in(self, wording: Wording) -> str:
        """Return the reply in these words; in the formal ones where there are no others."""
        plain = {Wording.EASY: self.easy, Wording.CHILD: self.child}
        return plain.get(wording) or self.reply_text

    def is_plain_in(self, wording: Wording) -> bool:
        """Whether there is a version in these words, with readings (ふりがな)."""
        return wording is not Wording.FORMAL and wording in self.wordings

    @property
    def count_text(self) -> str:
        """How many opinions are behind it, in the words of the consultation: 「同じ趣旨 14件…」 or 「ほか13件」."""
        if not self.names_others:
            return f"同じ趣旨 {self.count.in_words()}"
        return f"ほか{self.count.opinions - 1:,}件" if self.count.opinions > 1 else ""

    @property
    def summary_text(self) -> str:
        """The 要旨, with 「（ほか3件）」 where the consultation tells the count so."""
        return (
            f"{self.summary}（{self.count_text}）" if self.names_others and self.count_text else self.summary
        )

    @property
    def changes(self) -> list[tuple[str, str, str, str, str, str]]:
        """The amendments as the component reply_pair takes them."""
        address = f"/consultations/{self.consultation_code}/amendments"
        return [(each.place, *each.around(), f"{address}#a-{each.public_id}") for each in self.amendments]


@dataclass(frozen=True)
class DispositionTally:
    """How many replies and opinions fall under one 対応区分."""

    id: int
    text: str
    meaning: str
    points: int
    opinions: int


@dataclass(frozen=True)
class Heading:
    """A place in the plan under which replies stand: for the filter."""

    subject_id: int
    public_id: str
    title: str
    #: The plan's own code for it; empty for what stands in no plan.
    code: str = ""


@dataclass(frozen=True)
class Results:
    """The table 意見の概要と区の考え方 of a consultation, one page of it."""

    consultation: Consultation
    tally: Tally
    replies: Page[PublishedReply]
    dispositions: tuple[DispositionTally, ...]
    headings: tuple[Heading, ...]
    publications: Sequence[ResultPublication]
    published_count: int
    waiting_count: int
    amendment_count: int

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """In which words the replies of this page can be read."""
        here = {wording for reply in self.replies.items for wording in reply.wordings}
        return tuple(each for each in Wording if each in here or each is Wording.FORMAL)

    @property
    def is_final(self) -> bool:
        """Whether the ward has published its final result."""
        return any(not each.is_interim for each in self.publications)

    @property
    def is_open(self) -> bool:
        """Whether opinions still come in."""
        return self.consultation.status is ConsultationStatus.OPEN

    @property
    def shows_originals(self) -> bool:
        """Whether opinions are published word for word (原文掲載)."""
        return self.consultation.publication in WITH_ORIGINALS


@dataclass(frozen=True)
class Filter:
    """Which rows of the result somebody wants to see."""

    heading: str = ""
    disposition: int | None = None


def list_replies(
    consultation_id: int, chosen: Filter | None = None, edge: Edge | None = None, *, limit: int | None = None
) -> Page[PublishedReply]:
    """Return a consultation's published replies by number; without `limit` all of them. Two queries."""
    statement = _standing().where(Point.consultation_id == consultation_id)
    if chosen is not None and chosen.disposition is not None:
        statement = statement.where(ReplyVersion.disposition_id == chosen.disposition)
    if chosen is not None and chosen.heading:
        statement = statement.where(_under(chosen.heading))
    if limit is None:
        rows = db.session.execute(statement.order_by(Point.number)).all()
        return Page(items=_with_counts([_reply(row) for row in rows]))
    where = edge or Edge()
    ordered, backwards = keyset(statement, [Point.number], where, limit=limit)
    rows = db.session.execute(ordered).all()
    found = [_reply(row) for row in rows]
    shown = page(found, [(each.number,) for each in found], where, limit=limit, backwards=backwards)
    return replace(shown, items=_with_counts(shown.items))


READ_AT_ONCE = 200


def iterate_replies(
    consultation_id: int, heading: str, *, unpublished: bool = False
) -> Iterator[PublishedReply]:
    """Return the replies under a heading (all, if empty) by number, read by the hundreds: for files of any length.

    `unpublished`: as they are at this moment, with points that nobody has replied to yet.
    """
    last = 0
    while True:
        found = db.session.execute(
            _standing(unpublished=unpublished)
            .where(Point.consultation_id == consultation_id, Point.number > last)
            .where(*([_under(heading)] if heading else []))
            .order_by(Point.number)
            .limit(READ_AT_ONCE)
        ).all()
        yield from _with_counts([_reply(row) for row in found])
        if len(found) < READ_AT_ONCE:
            return
        last = found[-1].number


def get_results(consultation: Consultation, chosen: Filter, edge: Edge) -> Results:
    """Return one page of a consultation's result. Seven queries, whatever the number of opinions."""
    dispositions = tally_dispositions(consultation.id)
    publications, waiting, amendments = _stand_of(consultation.id)
    return Results(
        consultation=consultation,
        tally=tallies([consultation.id])[consultation.id],
        replies=list_replies(consultation.id, chosen, edge, limit=SHOWN),
        dispositions=dispositions,
        headings=list_headings(consultation.id),
        publications=publications,
        published_count=sum(each.points for each in dispositions),
        waiting_count=waiting,
        amendment_count=amendments,
    )


def _stand_of(consultation_id: int) -> tuple[list[ResultPublication], int, int]:
    """Return what was published when (latest first), how many points wait, how many amendments stand: one query."""
    waiting = rows.count_unanswered(consultation_id).scalar_subquery()
    amendments = (
        select(func.count())
        .select_from(Amendment)
        .join(Point, Point.id == Amendment.point_id)
        .where(Point.consultation_id == consultation_id, *_is_public_amendment())
        .scalar_subquery()
    )
    found = db.session.execute(
        select(ResultPublication, waiting, amendments)
        .select_from(Consultation)
        .outerjoin(ResultPublication, ResultPublication.consultation_id == Consultation.id)
        .where(Consultation.id == consultation_id)
        .order_by(ResultPublication.id.desc())
    ).all()
    return [row[0] for row in found if row[0] is not None], found[0][1], found[0][2]


@dataclass(frozen=True)
class Original:
    """An opinion word for word, as it stands in public; a tombstone where it was taken back or hidden."""

    number: int
    public_id: str
    body: str
    shown_name: str
    said_at: datetime
    state: str
    reason: str
    #: Why words in it are covered (■); empty: nothing is.
    note: str


@dataclass(frozen=True)
class PublicStand:
    """One stand of a reply in public: what it said, from when, until when, and why it ended."""

    version_number: int
    title: str
    summary: str
    body: str
    supplement: str
    #: 「No.1の区の考え方と同じです。」, where it said so.
    same_as: int | None
    disposition: str
    section_name: str
    published_at: datetime
    correction_note: str
    ended_at: datetime | None
    was_withdrawn: bool
    withdrawal_reason: str


@dataclass(frozen=True)
class PublicPoint:
    """The public page of a point: its reply now (None: taken back), the opinions, the history."""

    number: int
    public_id: str
    consultation: Consultation
    title: str
    reply: PublishedReply | None
    originals: tuple[Original, ...]
    originals_count: int
    history: tuple[PublicStand, ...]


def get_public_point(public_id: str) -> PublicPoint | str:
    """Return a point that was ever published; the public id of another if it was merged; raises NotFound."""
    found = db.session.execute(
        select(Point, Consultation, WardReply)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .where(Point.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    point, consultation, reply = found
    if point.merged_into_id is not None:
        return db.session.scalars(select(Point.public_id).where(Point.id == point.merged_into_id)).one()
    history = _stands(reply.id) if reply is not None else ()
    if not history:
        raise NotFound
    row = db.session.execute(_standing().where(Point.id == point.id)).one_or_none()
    originals: tuple[Original, ...] = ()
    total = 0
    if consultation.publication in WITH_ORIGINALS and row is not None:
        originals, total = _originals(point.id)
    return PublicPoint(
        number=point.number,
        public_id=point.public_id,
        consultation=consultation,
        title=history[0].title,
        reply=_with_counts([_reply(row)])[0] if row is not None else None,
        originals=originals,
        originals_count=total,
        history=history,
    )


@dataclass(frozen=True)
class PublicAmendment:
    """A change of the plan that a published reply brings."""

    text: AmendmentText
    point_number: int
    point_public_id: str
    point_title: str
    place_path: str
    published_at: datetime


def list_amendments(
    consultation_id: int, *, heading: str = "", unpublished: bool = False
) -> list[PublicAmendment]:
    """Return the published amendments of a consultation in the order of the points.

    `heading`: only of points under it. `unpublished`: as the replies bring them at this moment.
    """
    standing = (
        (Amendment.removed_at.is_(None), Point.merged_into_id.is_(None))
        if unpublished
        else _is_public_amendment()
    )
    rows = db.session.execute(
        select(Amendment, Point, Subject)
        .join(Point, Point.id == Amendment.point_id)
        .join(Subject, Subject.id == Amendment.subject_id)
        .where(Point.consultation_id == consultation_id, *standing)
        .where(*([_under(heading)] if heading else []))
        .order_by(Point.number, Amendment.id)
    )
    return [
        PublicAmendment(
            text=AmendmentText(
                public_id=amendment.public_id,
                subject_id=amendment.subject_id,
                place=amendment.place,
                operation=amendment.operation,
                before=amendment.before,
                after=amendment.after,
                present_text=amendment.present_text,
            ),
            point_number=point.number,
            point_public_id=point.public_id,
            point_title=point.title,
            place_path=path_of(subject.kind, subject.reference),
            published_at=amendment.published_at or amendment.recorded_at,
        )
        for amendment, point, subject in rows
    ]


@dataclass(frozen=True)
class RepliesOnPage:
    """The ward's replies about the subjects of one page, and the last three of the four steps."""

    considered_count: int
    considering_count: int
    decided_count: int
    changed_count: int
    latest: tuple[PublishedReply, ...]

    @property
    def more_count(self) -> int:
        """How many replies are not among the latest."""
        return max(0, self.decided_count - len(self.latest))

    @property
    def results_paths(self) -> list[tuple[str, str]]:
        """(title, path) of the results in which the latest replies stand."""
        seen = {each.consultation_code: each.consultation_title for each in self.latest}
        return [(title, f"/consultations/{code}/results") for code, title in seen.items()]


ON_PAGE = 3


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> RepliesOnPage:
    """Return the replies about any of the subjects, latest first: 聴いた→考えた→決めた→変わった. Three queries."""
    if not subject_ids:
        return RepliesOnPage(0, 0, 0, 0, ())
    considered, decided = db.session.execute(
        select(func.count(), func.count(WardReply.published_number))
        .select_from(Point)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .where(Point.subject_id.in_(subject_ids), Point.merged_into_id.is_(None))
    ).one()
    changed = 0
    latest: list[PublishedReply] = []
    if considered:
        changed_here = (
            select(func.count())
            .select_from(Amendment)
            .where(Amendment.subject_id.in_(subject_ids), *_is_public_amendment())
            .scalar_subquery()
        )
        rows = db.session.execute(
            _standing()
            .add_columns(changed_here.label("changed"))
            .where(Point.subject_id.in_(subject_ids))
            .order_by(ReplyPublication.id.desc())
            .limit(ON_PAGE)
        ).all()
        changed = rows[0].changed if rows else 0
        latest = _with_counts([_reply(row) for row in rows])
    return RepliesOnPage(
        considered_count=considered,
        considering_count=considered - decided,
        decided_count=decided,
        changed_count=changed,
        latest=tuple(latest),
    )


_same_as = aliased(Point)
_same_reply = aliased(WardReply)
_same_version = aliased(ReplyVersion)
_parent = aliased(PlanNode)
_parent_subject = aliased(Subject)


def _standing(*, unpublished: bool = False) -> Select[Any]:
    """Select every reply that stands in public now, with what a row of the result shows.

    `unpublished`: every point, with the newest version of its reply if there is one.
    """
    number = WardReply.latest_number if unpublished else WardReply.published_number
    statement = (
        select(
            Point.id,
            Point.public_id,
            Point.number,
            Point.status,
            func.coalesce(ReplyVersion.title, Point.title).label("title"),
            func.coalesce(ReplyVersion.summary, Point.summary).label("summary"),
            ReplyVersion.body,
            ReplyVersion.disposition_id,
            ReplyVersion.supplement,
            func.coalesce(func.nullif(ReplyVersion.easy, ""), _same_version.easy).label("easy"),
            func.coalesce(func.nullif(ReplyVersion.child, ""), _same_version.child).label("child"),
            ReplyVersion.amendments,
            Disposition.label,
            Disposition.symbol,
            _same_as.number.label("same_number"),
            _same_as.public_id.label("same_public_id"),
            _same_version.body.label("same_body"),
            _same_version.supplement.label("same_supplement"),
            ReplyPublication.section_name,
            func.coalesce(ReplyPublication.published_at, Point.created_at, type_=Point.created_at.type).label(
                "published_at"
            ),
            ReplyPublication.correction_note,
            Subject.kind,
            Subject.reference,
            Subject.title.label("about"),
            Consultation.code,
            Consultation.title.label("consultation_title"),
            Consultation.publication,
        )
        .select_from(Point)
        .join(WardReply, WardReply.point_id == Point.id, isouter=unpublished)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == number),
            isouter=unpublished,
        )
        .join(
            ReplyPublication,
            (ReplyPublication.reply_id == WardReply.id) & ReplyPublication.ended_at.is_(None),
            isouter=unpublished,
        )
        .join(Subject, Subject.id == Point.subject_id)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(Disposition, Disposition.id == ReplyVersion.disposition_id)
        .outerjoin(_same_as, _same_as.id == ReplyVersion.same_as_point_id)
        .outerjoin(_same_reply, _same_reply.point_id == _same_as.id)
        .outerjoin(
            _same_version,
            (_same_version.reply_id == _same_reply.id)
            & (
                _same_version.number
                == (_same_reply.latest_number if unpublished else _same_reply.published_number)
            ),
        )
    )
    return cast("Select[Any]", statement.where(Point.merged_into_id.is_(None)) if unpublished else statement)


def _reply(row: Row[Any]) -> PublishedReply:
    same_as = None if row.same_number is None else (row.same_number, row.same_public_id)
    return PublishedReply(
        id=row.id,
        public_id=row.public_id,
        number=row.number,
        title=row.title,
        summary=row.summary,
        body=row.body or "",
        disposition_id=row.disposition_id,
        disposition=row.label or "",
        symbol=row.symbol or "",
        same_as=same_as,
        supplement=row.supplement or "",
        easy=row.easy or "",
        child=row.child or "",
        same_text="\n\n".join(filter(None, (row.same_body, row.same_supplement))),
        names_others=row.publication is PublicationMode.SUMMARY_AND_COUNT,
        section_name=row.section_name or "",
        published_at=row.published_at,
        correction_note=row.correction_note or "",
        amendments=tuple(amendment_from(stored) for stored in row.amendments or ()),
        about=row.about,
        about_path=path_of(row.kind, row.reference),
        consultation_code=row.code,
        consultation_title=row.consultation_title,
        count=Count(),
        status=row.status,
    )


def _with_counts(replies: list[PublishedReply]) -> list[PublishedReply]:
    counts = count_of_points([each.id for each in replies])
    return [replace(each, count=counts.get(each.id, Count())) for each in replies]


def _under(heading: str) -> ColumnElement[bool]:
    """The condition that a point is about a place (by its subject's public id) or an item (○) within it."""
    own = select(Subject.id).where(Subject.public_id == heading)
    within = (
        select(PlanNode.subject_id)
        .join(_parent, _parent.id == PlanNode.parent_id)
        .join(_parent_subject, _parent_subject.id == _parent.subject_id)
        .where(_parent_subject.public_id == heading)
    )
    return or_(Point.subject_id.in_(own), Point.subject_id.in_(within))


def list_headings(consultation_id: int, *, unpublished: bool = False) -> tuple[Heading, ...]:
    """Return the places under which the published replies stand, in the plan's order.

    An item (○) counts to the place that holds it. `unpublished`: those of all points.
    """
    is_shown = Point.merged_into_id.is_(None) if unpublished else WardReply.published_number.is_not(None)
    rows = db.session.execute(
        select(
            Subject.id,
            Subject.public_id,
            Subject.title,
            PlanNode.position,
            PlanNode.code,
            PlanLevel.within,
            _parent.code.label("parent_code"),
            _parent_subject.id.label("parent_id"),
            _parent_subject.public_id.label("parent_public_id"),
            _parent_subject.title.label("parent_title"),
            _parent.position.label("parent_position"),
        )
        .select_from(Point)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .join(Subject, Subject.id == Point.subject_id)
        .outerjoin(PlanNode, PlanNode.subject_id == Subject.id)
        .outerjoin(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .outerjoin(_parent, _parent.id == PlanNode.parent_id)
        .outerjoin(_parent_subject, _parent_subject.id == _parent.subject_id)
        .where(Point.consultation_id == consultation_id, is_shown)
        .distinct()
    )
    found: dict[int, tuple[int, Heading]] = {}
    for row in rows:
        if row.within and row.parent_id is not None:
            heading = Heading(row.parent_id, row.parent_public_id, row.parent_title, row.parent_code)
            position = row.parent_position
        else:
            heading = Heading(row.id, row.public_id, row.title, row.code or "")
            position = row.position if row.position is not None else 10**9
        found[heading.subject_id] = (position, heading)
    return tuple(heading for _, heading in sorted(found.values(), key=lambda pair: pair[0]))


def tally_dispositions(consultation_id: int) -> tuple[DispositionTally, ...]:
    """Return how many published replies and opinions fall under each 対応区分, in its own order."""
    said = (
        select(func.count())
        .select_from(PointOpinion)
        .join(Opinion, Opinion.id == PointOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(PointOpinion.point_id == Point.id, Contribution.visibility != Visibility.WITHDRAWN)
        .correlate(Point)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Disposition.id,
            Disposition.symbol,
            Disposition.label,
            Disposition.meaning,
            func.count(),
            func.sum(said),
        )
        .select_from(Point)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.published_number),
        )
        .join(Disposition, Disposition.id == ReplyVersion.disposition_id)
        .where(Point.consultation_id == consultation_id)
        .group_by(
            Disposition.id,
            Disposition.symbol,
            Disposition.label,
            Disposition.meaning,
            Disposition.position,
        )
        .order_by(Disposition.position)
    )
    return tuple(
        DispositionTally(key, f"{symbol} {label}", meaning, points, int(opinions or 0))
        for key, symbol, label, meaning, points, opinions in rows
    )


def _is_public_amendment() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Amendment.published_at.is_not(None), Amendment.unpublished_at.is_(None)


def _stands(reply_id: int) -> tuple[PublicStand, ...]:
    rows = db.session.execute(
        select(ReplyPublication, ReplyVersion, Disposition.symbol, Disposition.label, _same_as.number)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == ReplyPublication.reply_id)
            & (ReplyVersion.number == ReplyPublication.version_number),
        )
        .outerjoin(Disposition, Disposition.id == ReplyVersion.disposition_id)
        .outerjoin(_same_as, _same_as.id == ReplyVersion.same_as_point_id)
        .where(ReplyPublication.reply_id == reply_id)
        .order_by(ReplyPublication.id.desc())
    )
    return tuple(
        PublicStand(
            version_number=version.number,
            title=version.title,
            summary=version.summary,
            body=version.body,
            supplement=version.supplement,
            same_as=same_as,
            disposition=f"{symbol} {label}" if label else "",
            section_name=publication.section_name,
            published_at=publication.published_at,
            correction_note=publication.correction_note,
            ended_at=publication.ended_at,
            was_withdrawn=publication.was_withdrawn,
            withdrawal_reason=publication.withdrawal_reason,
        )
        for publication, version, symbol, label, same_as in rows
    )


def _originals(point_id: int) -> tuple[tuple[Original, ...], int]:
    """Word for word what is public; a place is kept for what was taken back or hidden."""
    rows = db.session.execute(
        select(Opinion.number, Contribution, func.count().over().label("total"))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(PointOpinion, PointOpinion.opinion_id == Opinion.id)
        .where(
            PointOpinion.point_id == point_id,
            Contribution.visibility.in_((Visibility.PUBLISHED, Visibility.HIDDEN, Visibility.WITHDRAWN)),
        )
        .order_by(Opinion.number)
        .limit(ORIGINALS_SHOWN)
    ).all()
    states = {Visibility.HIDDEN: "hidden", Visibility.WITHDRAWN: "withdrawn"}
    originals = tuple(
        Original(
            number=number,
            public_id=said.public_id,
            body=said.body if said.visibility is Visibility.PUBLISHED else "",
            shown_name=said.shown_name or "匿名",
            said_at=said.said_at,
            state=states.get(said.visibility, "shown"),
            reason=said.visibility_reason if said.visibility is Visibility.HIDDEN else "",
            note=said.covered_note if said.visibility is Visibility.PUBLISHED else "",
        )
        for number, said, _ in rows
    )
    return originals, rows[0].total if rows else 0
