"""Single rows, as commands and views need them; the `_to_change` ones lock the row until the commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.opinions.domain import STAGES, OpinionStage, may_advance
from participation.opinions.models import Opinion
from participation.plans.models import PlanLevel, PlanNode
from participation.plans.queries import name_of
from participation.replies.domain import (
    AmendmentText,
    DecisionKind,
    ReplyContent,
    ReplyStatus,
    amendment_from,
)
from participation.replies.models import (
    Amendment,
    Disposition,
    DispositionScheme,
    OpinionWithoutPoint,
    Point,
    PointAssignee,
    PointOpinion,
    PointSection,
    ReplyDecision,
    ReplyVersion,
    WardReply,
)
from participation.replies.policies import SectionsOfPoint


def lock_consultation(consultation_id: int) -> None:
    """Let nobody else number points or publish results of this consultation until the commit."""
    db.session.execute(
        select(Consultation.id).where(Consultation.id == consultation_id).with_for_update(key_share=True)
    )


def get_point(public_id: str) -> Point:
    """Return a point by its public id; raises NotFound."""
    point = db.session.scalars(select(Point).where(Point.public_id == public_id)).one_or_none()
    if point is None:
        raise NotFound
    return point


def get_point_to_change(public_id: str) -> Point:
    """Return a point and keep it from being changed by others until the commit; raises NotFound."""
    point = db.session.scalars(
        select(Point)
        .where(Point.public_id == public_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if point is None:
        raise NotFound
    if point.merged_into_id is not None:
        raise Refused("この論点は、別の論点にまとめられています。")
    return point


def get_points_by_number(code: str, numbers: Iterable[int]) -> dict[int, Point]:
    """Return the points of a consultation with these numbers, as far as they exist."""
    found = db.session.scalars(
        select(Point)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .where(Consultation.code == code, Point.number.in_(list(numbers)), Point.merged_into_id.is_(None))
        .order_by(Point.id)
    )
    return {point.number: point for point in found}


def get_two_to_change(public_id: str, other: str) -> tuple[Point, Point]:
    """Lock two points in one order, so that two merges at once cannot wait for each other."""
    first, second = sorted((public_id, other))
    locked = {found.public_id: found for found in map(get_point_to_change, (first, second))}
    return locked[public_id], locked[other]


def get_to_decide(public_id: str, number: int) -> tuple[Point, WardReply, ReplyVersion]:
    """Lock a point and return it with its reply and the version to be decided on."""
    point = get_point_to_change(public_id)
    reply = find_reply(point)
    if reply is None:
        raise Refused("まだ区の考え方が書かれていません。")
    return point, reply, get_version(reply, number)


def sections_of(*points: Point) -> SectionsOfPoint:
    """Return the sections (担当課・協力課) to which all of the points belong, for the rules."""
    ids = [point.id for point in points]
    found: dict[int, set[int]] = {point.id: set() for point in points}
    for point in points:
        if point.section_id is not None:
            found[point.id].add(point.section_id)
    for point_id, section_id in db.session.execute(
        select(PointSection.point_id, PointSection.section_id).where(PointSection.point_id.in_(ids))
    ):
        found[point_id].add(section_id)
    asked = [sections for sections in found.values() if sections]
    common = set.intersection(*asked) if asked else set()
    # Points of sections that have nothing in common belong to nobody together: an id that no section has.
    return SectionsOfPoint(frozenset(common or ({0} if asked else set())))


def find_reply(point: Point) -> WardReply | None:
    """Return the reply to a point, or None if nobody began one."""
    return db.session.scalars(
        select(WardReply).where(WardReply.point_id == point.id).execution_options(populate_existing=True)
    ).one_or_none()


def find_assignee(point: Point) -> PointAssignee | None:
    """Return who of the section answers a point (担当者), or None."""
    return db.session.scalars(
        select(PointAssignee)
        .where(PointAssignee.point_id == point.id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_assignee_id(public_id: str) -> int | None:
    """Lock a point and return the person who answers it, or None; raises NotFound."""
    present = find_assignee(get_point_to_change(public_id))
    return present.person_id if present is not None else None


def get_reply(point: Point) -> WardReply:
    """Return the reply to a point; raises NotFound if nobody began one."""
    reply = find_reply(point)
    if reply is None:
        raise NotFound
    return reply


def find_decision(point: Point) -> ReplyDecision | None:
    """Return the latest decision on the reply to a point, of the version decided on or published."""
    return db.session.scalars(
        select(ReplyDecision)
        .join(WardReply, WardReply.id == ReplyDecision.reply_id)
        .where(
            WardReply.point_id == point.id,
            ReplyDecision.kind == DecisionKind.APPROVED,
            ReplyDecision.version_number
            == func.coalesce(WardReply.approved_number, WardReply.published_number),
        )
        .order_by(ReplyDecision.id.desc())
        .limit(1)
    ).one_or_none()


def get_version(reply: WardReply, number: int) -> ReplyVersion:
    """Return a version of a reply; raises NotFound."""
    version = db.session.scalars(
        select(ReplyVersion).where(ReplyVersion.reply_id == reply.id, ReplyVersion.number == number)
    ).one_or_none()
    if version is None:
        raise NotFound
    return version


def authors_of(version: ReplyVersion) -> frozenset[int | None]:
    """Return who wrote these words: the version's author, and those of earlier versions with the same text.

    The plain versions are words too: whoever wrote one of them wrote a part of what is decided on.
    """
    same_words: list[ColumnElement[bool]] = [
        (ReplyVersion.body == version.body) & (ReplyVersion.supplement == version.supplement)
    ]
    same_words += [
        column == words
        for column, words in ((ReplyVersion.easy, version.easy), (ReplyVersion.child, version.child))
        if words
    ]
    return frozenset(
        db.session.scalars(
            select(ReplyVersion.author_id).where(
                ReplyVersion.reply_id == version.reply_id,
                ReplyVersion.number <= version.number,
                or_(*same_words),
            )
        )
    )


def content_of(version: ReplyVersion) -> ReplyContent:
    """Return what a version says."""
    return ReplyContent(
        title=version.title,
        summary=version.summary,
        body=version.body,
        disposition_id=version.disposition_id,
        same_as_point_id=version.same_as_point_id,
        supplement=version.supplement,
        amendments=tuple(amendment_from(stored) for stored in version.amendments),
        easy=version.easy,
        child=version.child,
    )


def amendments_in_draft(point: Point) -> tuple[AmendmentText, ...]:
    """Return the amendments that the point's reply brings now, in the order of recording."""
    rows = db.session.scalars(
        select(Amendment)
        .where(Amendment.point_id == point.id, Amendment.removed_at.is_(None))
        .order_by(Amendment.id)
    )
    return tuple(amendment_text(row) for row in rows)


def amendment_text(row: Amendment) -> AmendmentText:
    """Return what an amendment says."""
    return AmendmentText(
        public_id=row.public_id,
        subject_id=row.subject_id,
        place=row.place,
        operation=row.operation,
        before=row.before,
        after=row.after,
        present_text=row.present_text,
    )


def find_disposition(consultation: Consultation, code: str) -> Disposition | None:
    """Return a 対応区分 of the consultation's set by its code, or None."""
    return db.session.scalars(
        select(Disposition)
        .join(DispositionScheme, DispositionScheme.id == Disposition.scheme_id)
        .where(
            DispositionScheme.code == consultation.disposition_scheme,
            Disposition.code == code,
            Disposition.retired_at.is_(None),
        )
    ).one_or_none()


def list_dispositions(scheme_code: str) -> Sequence[Disposition]:
    """Return the 対応区分 of a set that may be chosen, in its own order."""
    return db.session.scalars(
        select(Disposition)
        .join(DispositionScheme, DispositionScheme.id == Disposition.scheme_id)
        .where(DispositionScheme.code == scheme_code, Disposition.retired_at.is_(None))
        .order_by(Disposition.position)
    ).all()


def opinions_of(public_ids: Iterable[str]) -> list[Opinion]:
    """Return opinions by their public ids, in order of their numbers; raises NotFound if one is missing."""
    wanted = list(dict.fromkeys(public_ids))
    found = list(
        db.session.scalars(select(Opinion).where(Opinion.public_id.in_(wanted)).order_by(Opinion.id))
    )
    if len(found) != len(wanted):
        raise NotFound
    return found


def stages_due(opinion_ids: Iterable[int]) -> dict[OpinionStage, list[Opinion]]:
    """Return which opinions are due for which stage, seen from their points; only what changes.

    整理 when in a point, 検討 when its reply was decided on, 回答 when published, 反映 when what was
    published brings an amendment. What was answered never goes back.
    """
    ids = list(opinion_ids)
    due: dict[int, OpinionStage] = {}
    rows = db.session.execute(
        select(PointOpinion.opinion_id, Point.status, WardReply.published_number, ReplyVersion.amendments)
        .join(Point, Point.id == PointOpinion.point_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.published_number),
        )
        .where(PointOpinion.opinion_id.in_(ids))
    )
    for opinion_id, status, published, amendments in rows:
        if published is not None:
            stage = OpinionStage.REFLECTED if amendments else OpinionStage.ANSWERED
        elif status is ReplyStatus.APPROVED:
            stage = OpinionStage.CONSIDERED
        else:
            stage = OpinionStage.GROUPED
        due[opinion_id] = max(stage, due.get(opinion_id, stage), key=STAGES.index)
    moves: dict[OpinionStage, list[Opinion]] = defaultdict(list)
    for opinion in db.session.scalars(select(Opinion).where(Opinion.id.in_(ids)).order_by(Opinion.id)):
        stage = due.get(opinion.id, OpinionStage.SCREENED)
        if opinion.id not in due and opinion.stage is OpinionStage.RECEIVED:
            continue
        if stage is not opinion.stage and may_advance(opinion.stage, stage):
            moves[stage].append(opinion)
    return moves


def opinion_ids_in(point: Point) -> list[int]:
    """Return the ids of the opinions in a point."""
    return list(
        db.session.scalars(
            select(PointOpinion.opinion_id)
            .where(PointOpinion.point_id == point.id)
            .order_by(PointOpinion.opinion_id)
        )
    )


def find_without_point(opinion: Opinion) -> OpinionWithoutPoint | None:
    """Return the mark 論点なし of an opinion, or None."""
    return db.session.scalars(
        select(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id == opinion.id)
    ).one_or_none()


def consultation_of(point: Point) -> Consultation:
    """Return the consultation of a point."""
    return db.session.get_one(Consultation, point.consultation_id)


def consultation_by_id(consultation_id: int) -> Consultation:
    """Return a consultation by its number."""
    return db.session.get_one(Consultation, consultation_id)


def place_in_words(node: PlanNode) -> str:
    """Return where a node stands: an item (○) is named by what holds it and its place there, counted from 1."""
    level = db.session.get_one(PlanLevel, node.level_id)
    if not level.within or node.parent_id is None:
        return name_of(node)
    parent = db.session.get_one(PlanNode, node.parent_id)
    place = db.session.scalar(
        select(func.count()).where(
            PlanNode.parent_id == node.parent_id,
            PlanNode.level_id == node.level_id,
            PlanNode.standing,
            PlanNode.position <= node.position,
        )
    )
    return f"{name_of(parent)}　{node.number or level.name}{place}つ目"


def decided(consultation_id: int, *columns: Any) -> Select[Any]:
    """Select from the points that wait to be published, with the version that was decided on, in a fixed order.

    What is sealed when a publication is planned and what is published then is the same by this one statement.
    """
    return (
        select(*columns)
        .select_from(Point)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.approved_number),
        )
        .where(
            Point.consultation_id == consultation_id,
            Point.status == ReplyStatus.APPROVED,
            Point.merged_into_id.is_(None),
        )
        .order_by(Point.id)
    )


def count_unanswered(consultation_id: int) -> Select[int]:
    """Select how many points of a consultation have no published reply."""
    return (
        select(func.count())
        .select_from(Point)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .where(
            Point.consultation_id == consultation_id,
            Point.merged_into_id.is_(None),
            WardReply.published_number.is_(None),
        )
    )
