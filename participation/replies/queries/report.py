"""The result of a consultation as one set of data (結果の一式): every file of it is made from this alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from participation.consultations.domain import (
    WITH_ORIGINALS,
    ConsultationStatus,
    PublicationMode,
    Tally,
    tallies,
)
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure, get_procedure
from participation.contributions.domain import Visibility, covered_note
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.replies.domain import NO_POINT_NAMES
from participation.replies.models import (
    OpinionWithoutPoint,
    Point,
    PointOpinion,
    ResultPublication,
    WardReply,
)
from participation.replies.queries import rows
from participation.replies.queries.published import (
    READ_AT_ONCE,
    Heading,
    PublicAmendment,
    PublishedReply,
    iterate_replies,
    list_amendments,
    list_headings,
    tally_dispositions,
)
from participation.replies.queries.readiness import counts_as_said


class NothingPublished(Refused):
    """There is nothing to make a file of yet: not 0 opinions, but no result."""


@dataclass(frozen=True)
class LegendLine:
    """One 対応区分 with its sign, its meaning and how often it was given (凡例)."""

    symbol: str
    label: str
    meaning: str
    points: int
    opinions: int


@dataclass(frozen=True)
class OriginalLine:
    """An opinion word for word, with the numbers of the points to which it belongs."""

    number: int
    body: str
    #: What readers are told about covered words (■); empty: nothing is covered.
    covered_note: str
    points: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """When which part of the result was published: for the time being (中間) or finally."""

    published_at: datetime
    is_interim: bool
    note: str


@dataclass(frozen=True)
class Report:
    """The result of a consultation, whole or one viewpoint of it, as it stands or before its publication."""

    procedure: Procedure
    section_name: str
    tally: Tally
    legend: tuple[LegendLine, ...]
    headings: tuple[Heading, ...]
    #: The only heading, where one was chosen.
    only: Heading | None
    publications: tuple[Standing, ...]
    waiting_count: int
    #: (reason, opinions) of those that belong to no point.
    without_point: tuple[tuple[str, int], ...]
    is_preview: bool

    @property
    def consultation(self) -> Consultation:
        """The consultation itself."""
        return self.procedure.consultation

    @property
    def is_final(self) -> bool:
        """Whether the ward has published its final result."""
        return any(not each.is_interim for each in self.publications)

    @property
    def is_open(self) -> bool:
        """Whether opinions still come in."""
        return self.consultation.status is ConsultationStatus.OPEN

    @property
    def is_empty(self) -> bool:
        """Whether no opinion came: a result too, once the time for it is over."""
        return not self.tally.opinions

    @property
    def names_others(self) -> bool:
        """Whether a point's count is told as 「ほか3件」."""
        return self.consultation.publication is PublicationMode.SUMMARY_AND_COUNT

    @property
    def shows_originals(self) -> bool:
        """Whether opinions are published word for word (原文掲載)."""
        return self.consultation.publication in WITH_ORIGINALS

    def replies(self, heading: Heading | None = None) -> Iterator[PublishedReply]:
        """Return the replies under a heading, or all that were chosen, by number."""
        where = heading or self.only
        return iterate_replies(
            self.consultation.id, where.public_id if where else "", unpublished=self.is_preview
        )

    def amendments(self) -> list[PublicAmendment]:
        """Return what the opinions change in the plan."""
        return list_amendments(
            self.consultation.id,
            heading=self.only.public_id if self.only else "",
            unpublished=self.is_preview,
        )

    def originals(self) -> Iterator[OriginalLine]:
        """Return the public opinions word for word, by number; nothing where summaries are published."""
        return _originals(self.consultation.id) if self.shows_originals else iter(())


def get_report(code: str, *, viewpoint: str = "", is_preview: bool = False) -> Report:
    """Return the result of a consultation; raises NotFound, or NothingPublished where there is none yet.

    `viewpoint` chooses one place of the plan, by its code or its subject's public id.
    """
    procedure = get_procedure(code)
    consultation = procedure.consultation
    publications = tuple(
        Standing(each.published_at, each.is_interim, each.note)
        for each in db.session.scalars(
            select(ResultPublication)
            .where(ResultPublication.consultation_id == consultation.id)
            .order_by(ResultPublication.id)
        )
    )
    headings = list_headings(consultation.id, unpublished=is_preview)
    if not (publications or headings or is_preview):
        raise NothingPublished(
            f"「{consultation.title}」の結果は、まだ何も公表していません。区の考え方か結果を公表してから、もう一度行ってください。"
        )
    only = _chosen(headings, viewpoint) if viewpoint else None
    return Report(
        procedure=procedure,
        section_name=_section_name(consultation),
        tally=tallies([consultation.id])[consultation.id],
        legend=_legend(consultation),
        headings=(only,) if only else headings,
        only=only,
        publications=publications,
        waiting_count=_count_waiting(consultation.id),
        without_point=_count_without_point(consultation.id),
        is_preview=is_preview,
    )


def _chosen(headings: tuple[Heading, ...], viewpoint: str) -> Heading:
    found = next((each for each in headings if viewpoint in (each.code, each.public_id)), None)
    if found is None:
        known = "、".join(f"{each.code}（{each.title}）" for each in headings if each.code) or "なし"
        raise NothingPublished(f"計画の場所「{viewpoint}」の結果はありません。公表しているもの：{known}")
    return found


def _section_name(consultation: Consultation) -> str:
    if consultation.section_id is None:
        return ""
    return db.session.scalars(select(Section.name).where(Section.id == consultation.section_id)).one()


def _legend(consultation: Consultation) -> tuple[LegendLine, ...]:
    """Every 対応区分 of the set, used or not, and those no longer offered that are in use."""
    used = {each.id: each for each in tally_dispositions(consultation.id)}
    lines = []
    for each in rows.list_dispositions(consultation.disposition_scheme):
        tally = used.pop(each.id, None)
        points, opinions = (tally.points, tally.opinions) if tally else (0, 0)
        lines.append(LegendLine(each.symbol, each.label, each.meaning, points, opinions))
    for rest in used.values():
        symbol, _, label = rest.text.partition(" ")
        lines.append(LegendLine(symbol, label, rest.meaning, rest.points, rest.opinions))
    return tuple(lines)


def _count_waiting(consultation_id: int) -> int:
    return db.session.scalar(rows.count_unanswered(consultation_id)) or 0


def _count_without_point(consultation_id: int) -> tuple[tuple[str, int], ...]:
    counted = dict(
        db.session.execute(
            select(OpinionWithoutPoint.reason, func.count())
            .join(Opinion, Opinion.id == OpinionWithoutPoint.opinion_id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Opinion.consultation_id == consultation_id, counts_as_said())
            .group_by(OpinionWithoutPoint.reason)
        ).all()
    )
    return tuple((name, counted[reason]) for reason, name in NO_POINT_NAMES.items() if reason in counted)


def _originals(consultation_id: int) -> Iterator[OriginalLine]:
    """What is hidden, held or taken back is not among them, whatever the reply to it."""
    last = 0
    while True:
        found = db.session.execute(
            select(Opinion.id, Opinion.number, Contribution.body, Contribution.covered_for)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id == consultation_id,
                Opinion.number > last,
                Contribution.visibility == Visibility.PUBLISHED,
            )
            .order_by(Opinion.number)
            .limit(READ_AT_ONCE)
        ).all()
        points = _points_of([row.id for row in found])
        for row in found:
            yield OriginalLine(row.number, row.body, covered_note(row.covered_for), points.get(row.id, ()))
        if len(found) < READ_AT_ONCE:
            return
        last = found[-1].number


def _points_of(opinion_ids: list[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for opinion_id, number in db.session.execute(
        select(PointOpinion.opinion_id, Point.number)
        .join(Point, Point.id == PointOpinion.point_id)
        .join(WardReply, WardReply.point_id == Point.id)
        .where(PointOpinion.opinion_id.in_(opinion_ids), WardReply.published_number.is_not(None))
        .order_by(Point.number)
    ):
        found[opinion_id] = (*found.get(opinion_id, ()), number)
    return found
