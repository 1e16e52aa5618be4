"""What staff see of points: the board, one point's working page, what waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Role
from participation.consultations.models import Consultation
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.paging import Edge, Page, keyset, page
from participation.i18n.dates import date_ja
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.people.models import Person
from participation.plans.queries import NodeRef, list_on_page_of
from participation.replies.domain import (
    DECISION_NAMES,
    STATUS_KINDS,
    STATUS_NAMES,
    WORDING_NAMES,
    AmendmentText,
    DecisionKind,
    ReplyStatus,
    Wording,
    bigrams,
    difference,
    likeness_to_point,
    likeness_word,
)
from participation.replies.models import (
    Amendment,
    Disposition,
    GatherAct,
    Point,
    PointOpinion,
    PointSection,
    ReplyDecision,
    ReplyDraft,
    ReplyPublication,
    ReplyVersion,
    WardReply,
)
from participation.replies.policies import SectionsOfPoint
from participation.replies.queries import acts, history, references, rows
from participation.replies.queries.counting import Count, count_of_points, counts_by_point
from participation.replies.queries.gathering import Member, list_members
from participation.replies.queries.history import HistoryLine
from participation.replies.queries.inquiries import BesidePoint, beside_point

SHOWN = 50
MEMBERS_TO_DECIDE = 20


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
class VersionLine:
    """One version of a reply."""

    number: int
    body: str
    supplement: str
    #: The point whose reply is the same, with what it says now.
    reference: references.Reference | None
    easy: str
    child: str
    title: str
    summary: str
    disposition: str
    disposition_code: str
    author: str
    author_id: int | None
    made_at: datetime
    content_hash: str
    amendments: tuple[AmendmentText, ...]
    was_approved: bool
    #: What was decided on it, and when it stood in public.
    history: tuple[HistoryLine, ...]

    @property
    def same_as_number(self) -> int | None:
        """The number of the point whose reply is the same."""
        return self.reference.number if self.reference else None

    def says_the_same(self, other: VersionLine) -> bool:
        """Whether words are the same, whoever wrote them: the reply's, or those of a plain version."""
        return (
            (self.body, self.supplement) == (other.body, other.supplement)
            or (self.easy != "" and self.easy == other.easy)
            or (self.child != "" and self.child == other.child)
        )

    @property
    def whole_text(self) -> str:
        """Everything that would stand in public, in words: what a difference is taken of."""
        parts = [
            f"論点：{self.title}",
            f"意見の要旨：{self.summary}",
            f"対応区分：{self.disposition or '（まだ選んでいません）'}",
        ]
        if self.same_as_number is not None:
            parts.append(f"No.{self.same_as_number}の区の考え方と同じです。")
        parts += [part for part in (self.body, self.supplement) if part]
        parts += [
            f"{WORDING_NAMES[wording]}：\n{part}"
            for wording, part in ((Wording.EASY, self.easy), (Wording.CHILD, self.child))
            if part
        ]
        parts += [f"修正：{each.place}\n{each.new_text()}" for each in self.amendments]
        return "\n\n".join(parts)


@dataclass(frozen=True)
class OtherDraft:
    """What another person is writing just now: who, since when; never their words."""

    person: str
    saved_at: datetime

    @property
    def minutes_ago(self) -> int:
        """How long ago it was saved."""
        return max(0, int((clock.now() - self.saved_at).total_seconds() // 60))

    @property
    def in_words(self) -> str:
        """Return 「○○さんが書きかけています（5分前）」."""
        minutes = self.minutes_ago
        if minutes < 1:
            ago = "たった今"
        elif minutes < 60:
            ago = f"{minutes}分前"
        elif minutes < 60 * 24:
            ago = f"{minutes // 60}時間前"
        else:
            ago = f"{minutes // (60 * 24)}日前"
        return f"{self.person}さんが書きかけています（{ago}）"


@dataclass(frozen=True)
class WrittenPoint:
    """A point with the reply as it was written, version by version."""

    point: Point
    consultation: Consultation
    section_name: str
    section_code: str
    status_name: str
    status_kind: str
    reply: WardReply | None
    kept: ReplyDraft | None
    #: Who else is writing on the basis of the newest version, latest first.
    others: tuple[OtherDraft, ...]
    amendments: tuple[AmendmentText, ...]
    count: Count
    versions: tuple[VersionLine, ...]
    #: What the reader did last with opinions of the consultation, if this point was part of it and it may be undone.
    to_undo: GatherAct | None

    @property
    def latest(self) -> VersionLine | None:
        """The newest version."""
        return self.versions[0] if self.versions else None

    @property
    def is_frozen(self) -> bool:
        """Whether somebody decides on it or has decided."""
        return self.point.status in (ReplyStatus.WAITING, ReplyStatus.APPROVED)

    @property
    def is_published(self) -> bool:
        """Whether a version stands in public."""
        return self.reply is not None and self.reply.published_number is not None


@dataclass(frozen=True)
class PointPage(WrittenPoint):
    """Everything on the working page of a point."""

    members: Page[Member]
    #: All sections of the ward, in their order; which of them help is in `cooperating`.
    sections: tuple[Section, ...]
    cooperating: tuple[Section, ...]
    #: Who answers it, and what other sections said about it.
    beside: BesidePoint
    place: NodeRef | None
    #: What an amendment may change: the page on which the subject stands, as (public id, name).
    places: tuple[tuple[str, str], ...]
    #: The latest of what happened; all of it is on a page of its own.
    history: Page[HistoryLine]

    @property
    def belongs_to(self) -> SectionsOfPoint:
        """The sections to which it belongs, for the rules."""
        own = {self.point.section_id} if self.point.section_id is not None else set()
        return SectionsOfPoint(frozenset(own | {each.id for each in self.cooperating}))


def get_written_point(public_id: str, actor: Actor) -> WrittenPoint:
    """Return a point with the versions of its reply; raises NotFound. Two queries."""
    counted = counts_by_point(select(Point.id).where(Point.public_id == public_id)).subquery()
    acted = aliased(GatherAct)
    found = db.session.execute(
        select(
            Point,
            Consultation,
            Section,
            WardReply,
            ReplyDraft,
            Amendment,
            counted.c.opinions,
            counted.c.people,
            counted.c.organisations,
            counted.c.distinct_texts,
            Person.nickname,
            acted,
        )
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(acted, acted.id == acts.id_to_undo(Point.consultation_id, actor))
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(ReplyDraft, ReplyDraft.point_id == Point.id)
        .outerjoin(Person, Person.id == ReplyDraft.person_id)
        .outerjoin(Amendment, (Amendment.point_id == Point.id) & Amendment.removed_at.is_(None))
        .outerjoin(counted, counted.c.point_id == Point.id)
        .where(Point.public_id == public_id)
        .order_by(Amendment.id, ReplyDraft.saved_at.desc())
    ).all()
    if not found:
        raise NotFound
    point, consultation, section, reply, _, _, opinions, people, organisations, texts, _, to_undo = found[0]
    drafts = {row[4].id: (row[4], row[10]) for row in found if row[4] is not None}
    amendments = {row[5].id: row[5] for row in found if row[5] is not None}
    newest = reply.latest_number if reply else 0
    status_name = STATUS_NAMES[point.status]
    published = reply is not None and reply.published_number is not None
    if published and point.status is not ReplyStatus.PUBLISHED:
        status_name = f"公表中・訂正（{status_name}）"
    return WrittenPoint(
        point=point,
        consultation=consultation,
        section_name=section.name if section else "",
        section_code=section.code if section else "",
        status_name=status_name,
        status_kind=STATUS_KINDS[point.status],
        reply=reply,
        kept=next((draft for draft, _ in drafts.values() if draft.person_id == actor.person_id), None),
        others=tuple(
            OtherDraft(name or "職員", draft.saved_at)
            for draft, name in drafts.values()
            if draft.person_id != actor.person_id and draft.based_on == newest
        ),
        amendments=tuple(rows.amendment_text(each) for each in amendments.values()),
        count=Count(int(opinions), int(people), int(organisations), int(texts)) if opinions else Count(),
        versions=_versions(reply) if reply else (),
        to_undo=to_undo if to_undo is not None and acts.touches(to_undo, point.id) else None,
    )


def get_point_page(public_id: str, actor: Actor, edge: Edge | None = None) -> PointPage:
    """Return everything on the working page of a point, its opinions from `edge` on; raises NotFound. Six queries."""
    written = get_written_point(public_id, actor)
    point = written.point
    on_page = list_on_page_of(point.subject_id)
    beside = beside_point(point)
    return PointPage(
        **{each.name: getattr(written, each.name) for each in fields(written)},
        members=list_members(point.id, edge or Edge()),
        sections=beside.sections,
        cooperating=beside.cooperating,
        beside=beside,
        place=next((ref for ref in on_page if ref.subject_id == point.subject_id), None),
        places=tuple((ref.subject_public_id, ref.name) for ref in on_page),
        history=history.latest(point, said_of(written.versions)),
    )


def said_of(versions: Sequence[VersionLine]) -> list[HistoryLine]:
    """Return what happened to the versions of a reply."""
    return [line for version in versions for line in version.history]


def get_history_page(public_id: str, actor: Actor, edge: Edge) -> tuple[WrittenPoint, Page[HistoryLine]]:
    """Return a point with everything that happened to it and its reply, a page at a time. Three queries."""
    written = get_written_point(public_id, actor)
    return written, history.list_history(written.point, said_of(written.versions), edge)


def _versions(reply: WardReply) -> tuple[VersionLine, ...]:
    """Return the versions of a reply with what was decided on each and when it stood in public, newest first.

    One query. A version is decided on and published once or twice, so that few rows repeat its words.
    """
    decider, publisher = aliased(Person), aliased(Person)
    statement = (
        select(
            ReplyVersion,
            Person.nickname.label("author"),
            Disposition.symbol,
            Disposition.label.label("disposition"),
            Disposition.code,
            ReplyDecision,
            decider.nickname.label("decider"),
            ReplyPublication,
            publisher.nickname.label("publisher"),
            *references.COLUMNS,
        )
        .outerjoin(Person, Person.id == ReplyVersion.author_id)
        .outerjoin(Disposition, Disposition.id == ReplyVersion.disposition_id)
        .outerjoin(
            ReplyDecision,
            (ReplyDecision.reply_id == ReplyVersion.reply_id)
            & (ReplyDecision.version_number == ReplyVersion.number),
        )
        .outerjoin(decider, decider.id == ReplyDecision.by_id)
        .outerjoin(
            ReplyPublication,
            (ReplyPublication.reply_id == ReplyVersion.reply_id)
            & (ReplyPublication.version_number == ReplyVersion.number),
        )
        .outerjoin(publisher, publisher.id == ReplyPublication.published_by_id)
        .where(ReplyVersion.reply_id == reply.id)
        .order_by(ReplyVersion.number.desc(), ReplyDecision.id.desc(), ReplyPublication.id.desc())
    )
    found: Any = db.session.execute(references.joined(statement, ReplyVersion.same_as_point_id))
    by_number = [list(group) for _, group in groupby(found, key=lambda row: row.ReplyVersion.number)]
    return tuple(_version(group) for group in by_number)


def _version(found: Sequence[Any]) -> VersionLine:
    """Return one version from its rows: one for every decision and publication of it."""
    row = found[0]
    version: ReplyVersion = row.ReplyVersion
    decisions = {each.ReplyDecision.id: each for each in found if each.ReplyDecision is not None}
    publications = {each.ReplyPublication.id: each for each in found if each.ReplyPublication is not None}
    return VersionLine(
        number=version.number,
        body=version.body,
        supplement=version.supplement,
        reference=references.reference_of(row) if version.same_as_point_id is not None else None,
        easy=version.easy,
        child=version.child,
        title=version.title,
        summary=version.summary,
        disposition=f"{row.symbol} {row.disposition}" if row.disposition else "",
        disposition_code=row.code or "",
        author=row.author or "システム",
        author_id=version.author_id,
        made_at=version.made_at,
        content_hash=version.content_hash,
        amendments=rows.content_of(version).amendments,
        was_approved=any(each.ReplyDecision.kind is DecisionKind.APPROVED for each in decisions.values()),
        history=(
            *(_decided(each.ReplyDecision, each.decider) for each in decisions.values()),
            *(
                line
                for each in publications.values()
                for line in _published(each.ReplyPublication, each.publisher)
            ),
        ),
    )


def _decided(decision: ReplyDecision, who: str | None) -> HistoryLine:
    return HistoryLine(
        decision.at,
        f"第{decision.version_number}版を{DECISION_NAMES[decision.kind]}",
        who or "システム",
        "　".join(filter(None, (_numbered(decision), decision.comment))),
    )


def _published(publication: ReplyPublication, who: str | None) -> list[HistoryLine]:
    """When a version came into public and, if it was taken back, when and why."""
    what = f"第{publication.version_number}版を公表しました"
    lines = [HistoryLine(publication.published_at, what, who or "システム", publication.correction_note)]
    if publication.was_withdrawn and publication.ended_at is not None:
        ended = HistoryLine(publication.ended_at, "公表を取り下げました", "", publication.withdrawal_reason)
        lines.append(ended)
    return lines


def _numbered(decision: ReplyDecision) -> str:
    parts = []
    if decision.decision_number:
        parts.append(f"決裁番号 {decision.decision_number}")
    if decision.decided_on is not None:
        parts.append(f"決裁日 {date_ja(decision.decided_on)}")
    return "・".join(parts)


# ── what waits for a decision ───────────────────────────────────────────────────────────────────


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


def list_waiting(
    actor: Actor, status: ReplyStatus = ReplyStatus.WAITING, *, limit: int = 200
) -> list[WaitingReply]:
    """Return the replies that wait for a decision (or, decided on, for publication), oldest first."""
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
    )
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


# ── likeness ────────────────────────────────────────────────────────────────────────────────────

CANDIDATES = 8
#: What being about the same place in the plan is worth, beside likeness of words.
SAME_PLACE = 0.1
POINTS_COMPARED = 300
MEMBERS_COMPARED = 900


@dataclass(frozen=True)
class Candidate:
    """A point into which an opinion might belong."""

    public_id: str
    number: int
    title: str
    opinion_count: int
    likeness: str
    value: float
    is_same_place: bool


def candidates_for(opinion: Opinion, said: Contribution) -> list[Candidate]:
    """Return the points of the opinion's consultation that are most like it, most alike first.

    Computed on demand, on at most POINTS_COMPARED points and MEMBERS_COMPARED of their opinions. Two queries.
    """
    member_count = (
        select(func.count())
        .select_from(PointOpinion)
        .where(PointOpinion.point_id == Point.id)
        .correlate(Point)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Point, member_count)
        .where(Point.consultation_id == opinion.consultation_id, Point.merged_into_id.is_(None))
        .order_by(Point.id.desc())
        .limit(POINTS_COMPARED)
    ).all()
    if not found:
        return []
    points = [point for point, _ in found]
    counts = {point.id: count for point, count in found}
    heads = {point.id: [bigrams(f"{point.title} {point.summary}")] for point in points}
    members = db.session.execute(
        select(PointOpinion.point_id, func.substr(Contribution.body, 1, 400))
        .join(Opinion, Opinion.id == PointOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(PointOpinion.point_id.in_(list(heads)), PointOpinion.opinion_id != opinion.id)
        .order_by(PointOpinion.id.desc())
        .limit(MEMBERS_COMPARED)
    )
    for point_id, body in members:
        heads[point_id].append(bigrams(body))
    own = bigrams(said.body)
    ranked = sorted(
        points,
        key=lambda p: (
            likeness_to_point(own, heads[p.id]) + (SAME_PLACE if p.subject_id == said.subject_id else 0),
            -p.number,
        ),
        reverse=True,
    )[:CANDIDATES]
    return [
        Candidate(
            public_id=point.public_id,
            number=point.number,
            title=point.title,
            opinion_count=counts[point.id],
            likeness=likeness_word(value := likeness_to_point(own, heads[point.id])),
            value=value,
            is_same_place=point.subject_id == said.subject_id,
        )
        for point in ranked
    ]


# ── for the desk ────────────────────────────────────────────────────────────────────────────────


def points_of_opinions(opinion_ids: Sequence[int]) -> dict[int, list[tuple[str, int, str]]]:
    """Return opinion → [(point's public id, number, title)]. One query."""
    found: dict[int, list[tuple[str, int, str]]] = {}
    for opinion_id, public_id, number, title in db.session.execute(
        select(PointOpinion.opinion_id, Point.public_id, Point.number, Point.title)
        .join(Point, Point.id == PointOpinion.point_id)
        .where(PointOpinion.opinion_id.in_(opinion_ids))
        .order_by(Point.number)
    ):
        found.setdefault(opinion_id, []).append((public_id, number, title))
    return found


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


def get_by_number(public_id: str, number: int) -> Point:
    """Return the point with this number in the consultation of another point; raises Refused."""
    point = rows.get_point(public_id)
    found = db.session.scalars(
        select(Point).where(Point.consultation_id == point.consultation_id, Point.number == number)
    ).one_or_none()
    if found is None:
        raise Refused(f"この案件に、No.{number}の論点はありません。", field="into")
    return found
