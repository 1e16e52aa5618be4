"""One point as staff work on it: its versions, its opinions, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.paging import Edge, Page
from participation.i18n.dates import date_ja, datetime_ja
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
    machine_drafts_in,
)
from participation.replies.models import (
    Amendment,
    Disposition,
    GatherAct,
    Point,
    ReplyDecision,
    ReplyDraft,
    ReplyPublication,
    ReplyVersion,
    WardReply,
)
from participation.replies.policies import SectionsOfPoint
from participation.replies.queries import acts, history, machine, references, rows
from participation.replies.queries.counting import Count, counts_by_point
from participation.replies.queries.gathering import Member, list_members
from participation.replies.queries.history import HistoryLine
from participation.replies.queries.inquiries import BesidePoint, beside_point


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
    #: What a machine proposed and its author took up in it, by public ids.
    machine_drafts: tuple[str, ...] = ()

    @property
    def began_in_words(self) -> str:
        """Return 「第2版で、○○さんが機械の下書きを写しました（11月22日…）」."""
        return (
            f"第{self.number}版で、{self.author}さんが機械の下書きを写しました（{datetime_ja(self.made_at)}）"
        )

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
    def kept_machine_drafts(self) -> tuple[str, ...]:
        """What a machine proposed and the reader took up in what they are writing, by public ids."""
        return machine_drafts_in(self.kept.sources) if self.kept is not None else ()

    def begun_by_machine(self, number: int | None = None) -> VersionLine | None:
        """Return the first version, up to this one, in which a machine's words were taken up; what follows stems from it."""
        return next(
            (
                each
                for each in reversed(self.versions)
                if each.machine_drafts and (number is None or each.number <= number)
            ),
            None,
        )

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
            AuditEntry.changes,
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
        .outerjoin(AuditEntry, machine.is_saving_of_version(reply.point_id))
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
    machine_drafts = machine.drafts_in(row.changes)
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
            *([_begun(version, row.author)] if machine_drafts else []),
        ),
        machine_drafts=machine_drafts,
    )


def _begun(version: ReplyVersion, who: str | None) -> HistoryLine:
    return HistoryLine(
        version.made_at, f"第{version.number}版に、機械の下書きを写しました", who or "システム", ""
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


def get_by_number(public_id: str, number: int) -> Point:
    """Return the point with this number in the consultation of another point; raises Refused."""
    point = rows.get_point(public_id)
    found = db.session.scalars(
        select(Point).where(Point.consultation_id == point.consultation_id, Point.number == number)
    ).one_or_none()
    if found is None:
        raise Refused(f"この案件に、No.{number}の論点はありません。", field="into")
    return found
