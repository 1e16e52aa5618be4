"""Whether a consultation's result is ready to be published (公表の準備)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.opinions.models import Opinion
from participation.opinions.queries.counting import stands
from participation.opinions.queries.dividing import count_open
from participation.replies.domain import ReplyStatus
from participation.replies.models import (
    OpinionWithoutPoint,
    Point,
    PointOpinion,
    ReplyVersion,
    ResultPublication,
)
from participation.replies.queries import rows


@dataclass(frozen=True)
class Readiness:
    """What is still to be done before a consultation's result can be published."""

    opinion_count: int
    unassigned_count: int
    #: Stretches of letters that belong to no opinion yet (まだ分けていないところ).
    open_passage_count: int
    without_point_count: int
    approved_count: int
    published_count: int
    #: Numbers of points with opinions whose reply was not decided on.
    undecided_numbers: tuple[int, ...]
    #: Numbers of points without a single opinion: they are not published.
    empty_numbers: tuple[int, ...]
    has_final: bool

    @property
    def is_final_ready(self) -> bool:
        """Whether everything was considered."""
        return not self.unassigned_count and not self.open_passage_count and not self.undecided_numbers


def counts_as_said() -> ColumnElement[bool]:
    """Return the condition under which an opinion counts: everything but what its author took back."""
    return stands()


def is_assigned() -> ColumnElement[bool]:
    """Return the condition under which an opinion is in a point or marked 論点なし."""
    in_point = exists().where(PointOpinion.opinion_id == Opinion.id)
    marked = exists().where(OpinionWithoutPoint.opinion_id == Opinion.id)
    return in_point | marked


def of_consultation(consultation_id: int) -> Readiness:
    """Return how ready a consultation is."""
    in_point = exists().where(PointOpinion.opinion_id == Opinion.id)
    marked = exists().where(OpinionWithoutPoint.opinion_id == Opinion.id)
    total, unassigned, without = db.session.execute(
        select(
            func.count(),
            func.count().filter(~in_point & ~marked),
            func.count().filter(~in_point & marked),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id == consultation_id, counts_as_said())
    ).one()
    has_members = exists().where(PointOpinion.point_id == Point.id)
    points = db.session.execute(
        select(Point.number, Point.status, has_members)
        .where(Point.consultation_id == consultation_id, Point.merged_into_id.is_(None))
        .order_by(Point.number)
    ).all()
    has_final = db.session.scalar(
        select(
            exists().where(
                ResultPublication.consultation_id == consultation_id,
                ResultPublication.is_interim.is_(False),
            )
        )
    )
    done = (ReplyStatus.APPROVED, ReplyStatus.PUBLISHED)
    return Readiness(
        opinion_count=total,
        unassigned_count=unassigned,
        open_passage_count=count_open(consultation_id),
        without_point_count=without,
        approved_count=sum(status is ReplyStatus.APPROVED for _, status, _ in points),
        published_count=sum(status is ReplyStatus.PUBLISHED for _, status, _ in points),
        undecided_numbers=tuple(n for n, status, full in points if full and status not in done),
        empty_numbers=tuple(n for n, status, full in points if not full and status not in done),
        has_final=bool(has_final),
    )


def require_ready(consultation: Consultation, ready: Readiness, *, is_interim: bool) -> None:
    """Raise Refused or Conflict, with what is still to be done, unless the result may be published."""
    if is_interim:
        if not ready.approved_count:
            raise Refused("決裁が済んで、まだ公表していない区の考え方がありません。")
        return
    if consultation.status not in (ConsultationStatus.CLOSED_PREPARING, ConsultationStatus.RESULT_PUBLISHED):
        raise Refused("募集を終えてから公表してください。途中で公表するときは「中間公表」を選びます。")
    if ready.unassigned_count:
        raise Refused(
            f"まだ論点に入っていない意見が{ready.unassigned_count}件あります。"
            "論点に入れるか、「論点なし」と理由を付けてください。"
        )
    if ready.open_passage_count:
        raise Refused(
            f"まだ分けていないところが{ready.open_passage_count}か所あります。"
            "意見に入れるか、あいさつ・署名などとして理由を付けてください。"
        )
    if ready.undecided_numbers:
        numbers = "、".join(f"No.{number}" for number in ready.undecided_numbers[:10])
        raise Refused(f"決裁が済んでいない論点があります（{numbers}）。")
    if ready.has_final and not ready.approved_count:
        raise Conflict("この案件の結果は、もう公表されています。")


def seal_of_decided(consultation_id: int) -> str:
    """Return a hash that names exactly what waits to be published: each point and the version decided on."""
    waiting = db.session.execute(rows.decided(consultation_id, Point.id, ReplyVersion.content_hash))
    return hashlib.sha256("\n".join(f"{point} {seal}" for point, seal in waiting).encode()).hexdigest()


def list_without_point(consultation_id: int) -> Sequence[Opinion]:
    """Return the opinions marked 論点なし that still count, by number."""
    return db.session.scalars(
        select(Opinion)
        .join(OpinionWithoutPoint, OpinionWithoutPoint.opinion_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id == consultation_id, counts_as_said())
        .order_by(Opinion.number)
    ).all()


@dataclass(frozen=True)
class PublicationLine:
    """A consultation as the list of publications shows it."""

    code: str
    title: str
    status: ConsultationStatus
    opinion_count: int
    unassigned_count: int
    open_count: int
    approved_count: int
    published_count: int


def list_publications() -> list[PublicationLine]:
    """Return the consultations that opened, latest first, with what waits to be published. Three queries."""
    consultations = db.session.scalars(
        select(Consultation)
        .where(Consultation.status.not_in((ConsultationStatus.PLANNED, ConsultationStatus.NOT_CONDUCTED)))
        .order_by(Consultation.id.desc())
        .limit(200)
    ).all()
    ids = [each.id for each in consultations]
    said = {
        consultation_id: (total, unassigned)
        for consultation_id, total, unassigned in db.session.execute(
            select(Opinion.consultation_id, func.count(), func.count().filter(~is_assigned()))
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Opinion.consultation_id.in_(ids), counts_as_said())
            .group_by(Opinion.consultation_id)
        )
    }
    points: dict[int, dict[ReplyStatus, int]] = {each: {} for each in ids}
    for consultation_id, status, count in db.session.execute(
        select(Point.consultation_id, Point.status, func.count())
        .where(Point.consultation_id.in_(ids), Point.merged_into_id.is_(None))
        .group_by(Point.consultation_id, Point.status)
    ):
        points[consultation_id][status] = count
    return [
        PublicationLine(
            code=each.code,
            title=each.title,
            status=each.status,
            opinion_count=said.get(each.id, (0, 0))[0],
            unassigned_count=said.get(each.id, (0, 0))[1],
            open_count=sum(
                count
                for status, count in points[each.id].items()
                if status not in (ReplyStatus.APPROVED, ReplyStatus.PUBLISHED)
            ),
            approved_count=points[each.id].get(ReplyStatus.APPROVED, 0),
            published_count=points[each.id].get(ReplyStatus.PUBLISHED, 0),
        )
        for each in consultations
    ]
