"""Gathering opinions into points: making, splitting and merging them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.consultations.queries import get_consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.opinions import commands as opinions
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.replies.domain import (
    FROZEN,
    NoPointReason,
    PointChangeKind,
    PointDraft,
    ReplyStatus,
    point_words_seal,
)
from participation.replies.events import PointGathered
from participation.replies.models import (
    Amendment,
    GatherAct,
    OpinionWithoutPoint,
    Point,
    PointChange,
    PointOpinion,
)
from participation.replies.queries import acts, rows
from participation.replies.queries.answers import answer_of
from participation.subjects.models import Subject
from participation.subjects.queries import get_subject

FROZEN_WORDS = "決裁に回っているか、決裁が済んでいるあいだは直せません。差し戻してから直してください。"


def gather_point(draft: PointDraft, *, by: Actor) -> Point:
    """Make a new point (論点) of like opinions, with the next number of its consultation."""
    access.require(by, "replies.gather_point")
    consultation = get_consultation(draft.consultation_code)
    members = _members(draft.opinions, consultation)
    before = acts.states_of(member.id for member in members)
    point = _make_point(draft, consultation, members, by)
    _put(point, members, by)
    _settle([member.id for member in members], by)
    told = f"No.{point.number}「{point.title}」を作り、意見を{len(members):,}件入れました。"
    _remember(point.consultation_id, told, before, by, made=point)
    audit.record(by, "replies.gather_point", point, changes={"opinions": [m.id for m in members]})
    events.publish(PointGathered(point.id))
    return point


def _make_point(
    draft: PointDraft, consultation: Consultation, members: Sequence[Opinion], by: Actor
) -> Point:
    """Make a point with the next number, and nothing in it yet."""
    if not draft.title.strip():
        raise Refused("論点の題名を書いてください。", field="title")
    if draft.about is not None:
        subject = get_subject(draft.about)
    elif members:
        subject = db.session.scalars(
            select(Subject)
            .join(Contribution, Contribution.subject_id == Subject.id)
            .where(Contribution.id == members[0].contribution_id)
        ).one()
    else:
        raise Refused("論点に入れる意見か、計画の場所を選んでください。", field="about")
    section_id = _section_id(draft.section_code) if draft.section_code else subject.section_id
    rows.lock_consultation(consultation.id)
    point = Point(
        consultation_id=consultation.id,
        number=acts.last_number(consultation.id) + 1,
        title=draft.title,
        summary=draft.summary,
        subject_id=subject.id,
        section_id=section_id,
        due_on=draft.due_on,
        status=ReplyStatus.NOT_STARTED,
        created_at=clock.now(),
    )
    db.session.add(point)
    db.session.flush()  # The members need the point's id.
    _note(point, PointChangeKind.GATHERED, by)
    return point


RETITLED_MEANWHILE = (
    "ほかの職員が先に題名か要旨を直しました。下で違いを確かめて、必要なら直してから保存してください。"
)


def retitle_point(public_id: str, title: str, summary: str, *, seen: str | None = None, by: Actor) -> Point:
    """Change a point's title and 要旨; what is published keeps the old ones until a new publication.

    `seen` names the words that stood before whoever changes them (:func:`point_words_seal`): if somebody
    else changed them meanwhile, they are told instead of overwriting.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.retitle_point", rows.sections_of(point))
    if seen is not None and seen != point_words_seal(point.title, point.summary):
        raise Conflict(RETITLED_MEANWHILE)
    if point.status in FROZEN:
        raise Refused(FROZEN_WORDS)
    if not title.strip():
        raise Refused("論点の題名を書いてください。", field="title")
    if (point.title, point.summary) != (title, summary):
        _note(point, PointChangeKind.RETITLED, by, details={"title": point.title, "summary": point.summary})
        point.title, point.summary = title, summary
    audit.record(by, "replies.retitle_point", point)
    return point


def add_to_point(public_id: str, opinion_ids: Iterable[str], *, by: Actor) -> int:
    """Put opinions into a point; return how many were not in it yet."""
    access.require(by, "replies.add_to_point")
    point = rows.get_point_to_change(public_id)
    members = _members(opinion_ids, db.session.get_one(Consultation, point.consultation_id))
    before = acts.states_of(member.id for member in members)
    added = _put(point, members, by)
    _settle([member.id for member in members], by)
    told = f"No.{point.number}「{point.title}」に、意見を{len(added):,}件入れました。"
    _remember(point.consultation_id, told, before, by)
    audit.record(by, "replies.add_to_point", point, changes={"opinions": [m.id for m in added]})
    if added and _is_published(point):
        # Whoever joins a point that is answered is told at once.
        answer = answer_of(point)
        for member in added:
            events.publish(answer.to_author_of(member.contribution_id))
    return len(added)


def remove_from_point(public_id: str, opinion_ids: Iterable[str], *, by: Actor) -> int:
    """Take opinions out of a point; return how many were in it."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.remove_from_point", rows.sections_of(point))
    members = rows.opinions_of(opinion_ids)
    before = acts.states_of(member.id for member in members)
    removed = _take(point, members, by)
    _settle([member.id for member in members], by)
    told = f"No.{point.number}「{point.title}」から、意見を{len(removed):,}件外しました。"
    _remember(point.consultation_id, told, before, by)
    audit.record(by, "replies.remove_from_point", point, changes={"opinions": removed})
    return len(removed)


def split_point(public_id: str, opinion_ids: Iterable[str], title: str, summary: str, *, by: Actor) -> Point:
    """Make a point of its own of some of a point's opinions (論点を分ける)."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.split_point", rows.sections_of(point))
    inside = set(rows.opinion_ids_in(point))
    moving = [opinion for opinion in rows.opinions_of(opinion_ids) if opinion.id in inside]
    if not moving:
        raise Refused("分ける意見を選んでください。")
    if len(moving) == len(inside):
        raise Refused("すべての意見を分けることはできません。題名を直してください。")
    subject = db.session.get_one(Subject, point.subject_id)
    section = db.session.get(Section, point.section_id) if point.section_id else None
    consultation = db.session.get_one(Consultation, point.consultation_id)
    before = acts.states_of(opinion.id for opinion in moving)
    new = _make_point(
        PointDraft(
            consultation_code=consultation.code,
            title=title,
            summary=summary,
            about=subject.public_id,
            section_code=section.code if section else None,
            due_on=point.due_on,
        ),
        consultation,
        (),
        by,
    )
    _take(point, moving, by)
    _put(new, moving, by)
    moved = {"opinions": [opinion.id for opinion in moving]}
    _note(point, PointChangeKind.SPLIT_OFF, by, other=new, details=moved)
    _note(new, PointChangeKind.SPLIT_FROM, by, other=point, details=moved)
    _settle([opinion.id for opinion in moving], by)
    told = f"意見{len(moving):,}件を、No.{new.number}「{new.title}」に分けました。"
    _remember(point.consultation_id, told, before, by, made=new)
    audit.record(by, "replies.split_point", point, changes={"into": new.number, **moved})
    events.publish(PointGathered(new.id))
    return new


def merge_points(public_id: str, into_public_id: str, *, by: Actor) -> Point:
    """Put all opinions of a point into another; the first one's number is not given again."""
    point, target = rows.get_two_to_change(public_id, into_public_id)
    access.require(by, "replies.merge_points", rows.sections_of(point, target))
    if point.id == target.id:
        raise Refused("別の論点を選んでください。")
    if point.consultation_id != target.consultation_id:
        raise Refused("別の案件の論点とはまとめられません。")
    if point.status in FROZEN:
        raise Refused(FROZEN_WORDS)
    if _is_published(point):
        raise Refused("公表した論点は、ほかの論点にまとめられません。先に公表を取り下げてください。")
    ids = rows.opinion_ids_in(point)
    members = list(db.session.scalars(select(Opinion).where(Opinion.id.in_(ids)).order_by(Opinion.id)))
    before = acts.states_of(ids)
    carried = _carry_amendments(point, target)
    _take(point, members, by)
    added = _put(target, members, by)
    point.merged_into_id = target.id
    _note(point, PointChangeKind.MERGED_INTO, by, other=target, details={"opinions": ids})
    _note(target, PointChangeKind.MERGED_FROM, by, other=point, details={"opinions": ids})
    _settle(ids, by)
    told = f"No.{point.number}「{point.title}」を、No.{target.number}にまとめました。"
    details = {"merged": point.id, "into": target.id, "amendments": carried}
    _remember(point.consultation_id, told, before, by, details)
    audit.record(by, "replies.merge_points", point, changes={"into": target.number, "opinions": ids})
    if _is_published(target):
        answer = answer_of(target)
        for member in added:
            events.publish(answer.to_author_of(member.contribution_id))
    return target


def mark_without_point(
    opinion_ids: Iterable[str], reason: NoPointReason, note: str = "", *, by: Actor
) -> int:
    """Say why opinions belong to no point (論点なし); return how many were marked."""
    access.require(by, "replies.mark_without_point")
    if reason is NoPointReason.OTHER and not note.strip():
        raise Refused("「そのほか」のときは、理由を書いてください。", field="note")
    chosen = rows.opinions_of(opinion_ids)
    ids = [opinion.id for opinion in chosen]
    in_points = db.session.scalar(
        select(func.count()).select_from(PointOpinion).where(PointOpinion.opinion_id.in_(ids))
    )
    if in_points:
        raise Refused("論点に入っている意見があります。先に論点から外してください。")
    before = acts.states_of(ids)
    marked = 0
    for opinion in chosen:
        values: dict[str, Any] = {
            "opinion_id": opinion.id,
            "reason": reason,
            "note": note,
            "marked_at": clock.now(),
            "marked_by_id": by.person_id,
        }
        if insert_once(OpinionWithoutPoint, values, unique=["opinion_id"]) is not None:
            marked += 1
        else:
            db.session.execute(
                update(OpinionWithoutPoint)
                .where(OpinionWithoutPoint.opinion_id == opinion.id)
                .values(reason=reason, note=note)
            )
        audit.record(by, "replies.mark_without_point", opinion, changes={"reason": reason.value})
    if chosen:
        told = f"意見{len(chosen):,}件を「論点なし」にしました。"
        _remember(chosen[0].consultation_id, told, before, by)
    return marked


def unmark_without_point(opinion_ids: Iterable[str], *, by: Actor) -> None:
    """Take the mark 論点なし off again: the opinions wait to be put into points."""
    access.require(by, "replies.mark_without_point")
    for opinion in rows.opinions_of(opinion_ids):
        db.session.execute(delete(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id == opinion.id))
        audit.record(by, "replies.mark_without_point", opinion, changes={"reason": None})


def follow_division(opinion_id: int, into_id: int, *, by: Actor) -> None:
    """Let the opinion into which another one was merged stand in the points of that one, too."""
    access.require(by, "replies.follow_division")
    opinion, into = db.session.get_one(Opinion, opinion_id), db.session.get_one(Opinion, into_id)
    points = db.session.scalars(
        select(Point)
        .join(PointOpinion, PointOpinion.point_id == Point.id)
        .where(PointOpinion.opinion_id == opinion.id)
        .order_by(Point.id)
    ).all()
    for point in points:
        _take(point, [opinion], by)
        _put(point, [into], by)
    db.session.execute(delete(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id == opinion.id))
    _settle([into.id], by)
    audit.record(by, "replies.follow_division", into, changes={"points": [point.number for point in points]})


def _members(public_ids: Iterable[str], consultation: Consultation) -> list[Opinion]:
    members = rows.opinions_of(public_ids)
    if any(member.consultation_id != consultation.id for member in members):
        raise Refused("別の案件の意見は、この論点に入れられません。")
    gone = db.session.scalar(
        select(func.count())
        .select_from(Contribution)
        .where(
            Contribution.id.in_([member.contribution_id for member in members]),
            Contribution.visibility == Visibility.WITHDRAWN,
        )
    )
    if gone:
        raise Refused("書いた人が取り下げた意見は、論点に入れられません。")
    return members


def _put(point: Point, members: Sequence[Opinion], by: Actor) -> list[Opinion]:
    """Add members that are not in the point yet; a mark 論点なし falls away."""
    added = []
    for member in members:
        values = {
            "point_id": point.id,
            "opinion_id": member.id,
            "added_at": clock.now(),
            "added_by_id": by.person_id,
        }
        if insert_once(PointOpinion, values, unique=["point_id", "opinion_id"]) is not None:
            added.append(member)
    ids = [member.id for member in added]
    db.session.execute(delete(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id.in_(ids)))
    if ids:
        _note(point, PointChangeKind.ADDED, by, details={"opinions": ids})
    return added


def _take(point: Point, members: Sequence[Opinion], by: Actor) -> list[int]:
    inside = set(rows.opinion_ids_in(point))
    ids = [member.id for member in members if member.id in inside]
    db.session.execute(
        delete(PointOpinion).where(PointOpinion.point_id == point.id, PointOpinion.opinion_id.in_(ids))
    )
    if ids:
        _note(point, PointChangeKind.REMOVED, by, details={"opinions": ids})
    return ids


def _carry_amendments(point: Point, target: Point) -> list[int]:
    """What was to be changed for the merged point's opinions is to be changed for the other's now."""
    drafted = [
        Amendment.point_id == point.id,
        Amendment.removed_at.is_(None),
        Amendment.published_at.is_(None),
    ]
    ids = list(db.session.scalars(select(Amendment.id).where(*drafted).order_by(Amendment.id)))
    if ids:
        if target.status in FROZEN:
            raise Refused(
                "まとめる論点には計画の修正があり、まとめる先は決裁中です。まとめる先を差し戻してから、まとめてください。"
            )
        db.session.execute(update(Amendment).where(*drafted).values(point_id=target.id))
    return ids


def _remember(
    consultation_id: int,
    told: str,
    before: dict[str, acts.State],
    by: Actor,
    details: dict[str, Any] | None = None,
    *,
    made: Point | None = None,
) -> None:
    """Keep what a person did with what was before, so that they can undo it; nothing where nothing changed."""
    db.session.flush()  # What comes after is read from the tables.
    after = acts.states_of(int(each) for each in before)
    changed = [each for each in before if before[each] != after[each]]
    if by.person_id is None or not (changed or made or details):
        return
    db.session.add(
        GatherAct(
            consultation_id=consultation_id,
            person_id=by.person_id,
            told=told,
            done_at=clock.now(),
            made_number=made.number if made else None,
            details={
                "before": {each: before[each] for each in changed},
                "after": {each: after[each] for each in changed},
                "made": made.id if made else None,
                **(details or {}),
            },
        )
    )


def _settle(opinion_ids: Iterable[int], by: Actor) -> None:
    db.session.flush()  # The stages are read from the memberships as they are now.
    for stage, moved in rows.stages_due(opinion_ids).items():
        opinions.advance_opinions(moved, stage, by=by)


def _is_published(point: Point) -> bool:
    reply = rows.find_reply(point)
    return reply is not None and reply.published_number is not None


def _section_id(code: str) -> int:
    section_id = db.session.scalar(select(Section.id).where(Section.code == code))
    if section_id is None:
        raise Refused("その課はありません。", field="section")
    return section_id


def _note(
    point: Point,
    kind: PointChangeKind,
    by: Actor,
    *,
    other: Point | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    db.session.add(
        PointChange(
            point_id=point.id,
            kind=kind,
            at=clock.now(),
            by_id=by.person_id,
            other_point_id=other.id if other else None,
            details=details or {},
        )
    )
