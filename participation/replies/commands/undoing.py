"""Undoing one's own last act of gathering (元に戻す): opinions in and out of points, points made, split and merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionStage, may_advance
from participation.opinions.models import Opinion
from participation.replies.commands.gathering import FROZEN_WORDS, _is_published, _put, _settle, _take
from participation.replies.domain import FROZEN, NoPointReason, PointChangeKind
from participation.replies.models import (
    Amendment,
    GatherAct,
    OpinionWithoutPoint,
    Point,
    PointChange,
    PointOpinion,
)
from participation.replies.queries import acts, rows

TOO_LATE = "1時間を過ぎた操作は、ここからは元に戻せません。論点のページで、意見を入れるか外してください。"
NOT_THE_LAST = "このあとに、別の操作をしています。新しい操作から順に元に戻してください。"
IN_USE = (
    "作った論点に、もう区の考え方の下書きや担当、ほかの意見などが付いています。論点のページで直してください。"
)
ALREADY_TOLD = (
    "公表した論点に意見を入れたときに、書いた人へもう知らせています。論点のページで確かめて、外してください。"
)

MERGED_SINCE = "もとの論点が、そのあとで別の論点にまとめられています。まとめた先の論点で確かめてください。"
PUBLISHED_SINCE = (
    "もとの論点が公表されています。論点のページから入れると、書いた人に区の考え方が知らされます。"
)

#: What somebody did to a point by hand after it was made.
_CHANGED_BY_HAND = (PointChangeKind.RETITLED, PointChangeKind.ASSIGNED)


def undo_gathering(public_id: str, *, by: Actor) -> GatherAct:
    """Bring opinions and points back to where they were before one's own latest act; all of it, or nothing.

    Whoever changed any of it in the meantime is not overwritten: it is said in words what was changed.
    """
    act = acts.get_to_change(public_id)
    access.require(by, "replies.undo_gathering", act.person_id)
    _refuse_too_late(act, by)
    before, after = act.details["before"], act.details["after"]
    ids = [int(each) for each in after]
    made = _point(act, "made")
    merged = _point(act, "merged")
    points = {
        point.id: point
        for point in db.session.scalars(
            select(Point)
            .where(
                Point.id.in_(
                    {each for states in (before, after) for state in states.values() for each in state[0]}
                )
            )
            .order_by(Point.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    _refuse_changed(after, made, merged, act)
    gained, lost = _moves(after, before), _moves(before, after)
    _refuse_settled([points[each] for each in gained], [each for each in (made, merged) if each])
    _refuse_closed([points[each] for each in lost if merged is None or each != merged.id])
    if merged is not None:
        _part(merged, act)
    members = {each.id: each for each in db.session.scalars(select(Opinion).where(Opinion.id.in_(ids)))}
    for point_id, taken in gained.items():
        _take(points[point_id], [members[each] for each in taken], by)
    for point_id, given in lost.items():
        _put(points[point_id], [members[each] for each in given], by)
    _mark_again(before, by, act.done_at)
    if made is not None:
        _take_away(made)
    _settle(ids, by)
    _put_stages_back(before, members.values(), by)
    act.undone_at = clock.now()
    audit.record(
        by,
        "replies.undo_gathering",
        act,
        changes={"opinions": ids, "made": act.made_number, "merged": merged.number if merged else None},
    )
    return act


def _refuse_too_late(act: GatherAct, by: Actor) -> None:
    if act.undone_at is not None:
        raise Conflict("この操作は、もう元に戻してあります。")
    if act.done_at < clock.now() - acts.UNDO_WITHIN:
        raise Refused(TOO_LATE)
    latest = acts.find_to_undo(act.consultation_id, by)
    if latest is None or latest.id != act.id:
        raise Refused(NOT_THE_LAST)


def _refuse_changed(
    after: dict[str, acts.State], made: Point | None, merged: Point | None, act: GatherAct
) -> None:
    """Refuse when anything is not as the act left it."""
    now = acts.states_of(int(each) for each in after)
    moved = acts.numbers_of([int(each) for each, state in after.items() if now[each] != state])
    if moved:
        named = "、".join(f"意見 {number}" for number in moved[:10]) + ("ほか" if len(moved) > 10 else "")
        raise Refused(
            f"{named}は、そのあとで動かされています。上書きしないように、元に戻しませんでした。論点のページで確かめてください。"
        )
    if merged is not None and merged.merged_into_id != act.details["into"]:
        raise Refused("まとめた論点が、そのあとで変わっています。論点のページで確かめてください。")
    if act.made_number is not None and (
        made is None or made.merged_into_id is not None or acts.is_in_use(made) or _has_more(made, after)
    ):
        raise Refused(IN_USE)


def _has_more(made: Point, after: dict[str, acts.State]) -> bool:
    inside = {str(each) for each in rows.opinion_ids_in(made)}
    retitled = db.session.scalar(
        select(PointChange.id)
        .where(PointChange.point_id == made.id, PointChange.kind.in_(_CHANGED_BY_HAND))
        .limit(1)
    )
    return bool(inside - after.keys()) or retitled is not None


def _refuse_settled(gained: Collection[Point], others: Iterable[Point]) -> None:
    if any(point.status in FROZEN for point in (*gained, *others)):
        raise Refused(FROZEN_WORDS)
    if any(_is_published(point) for point in gained):
        raise Refused(ALREADY_TOLD)


def _refuse_closed(lost: Collection[Point]) -> None:
    """Refuse to put opinions back into a point that is no longer what it was when they left it."""
    if any(point.merged_into_id is not None for point in lost):
        raise Refused(MERGED_SINCE)
    if any(point.status in FROZEN for point in lost):
        raise Refused(FROZEN_WORDS)
    if any(_is_published(point) for point in lost):
        raise Refused(PUBLISHED_SINCE)


def _moves(have: dict[str, acts.State], want: dict[str, acts.State]) -> dict[int, list[int]]:
    """Return point → opinions that are in it by one account and not by the other."""
    moves: dict[int, list[int]] = defaultdict(list)
    for opinion_id, state in have.items():
        for point_id in state[0]:
            if point_id not in want[opinion_id][0]:
                moves[point_id].append(int(opinion_id))
    return moves


def _point(act: GatherAct, role: str) -> Point | None:
    point_id = act.details.get(role)
    return db.session.get(Point, point_id, populate_existing=True) if point_id is not None else None


def _part(merged: Point, act: GatherAct) -> None:
    """A merged point stands by itself again, with the amendments that were carried over and still wait."""
    merged.merged_into_id = None
    db.session.execute(
        update(Amendment)
        .where(
            Amendment.id.in_(act.details["amendments"]),
            Amendment.point_id == act.details["into"],
            Amendment.removed_at.is_(None),
            Amendment.published_at.is_(None),
        )
        .values(point_id=merged.id)
    )


def _mark_again(before: dict[str, acts.State], by: Actor, at: datetime) -> None:
    ids = [int(each) for each in before]
    db.session.execute(delete(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id.in_(ids)))
    for opinion_id, (_, reason, note, _) in before.items():
        if reason:
            values = {
                "opinion_id": int(opinion_id),
                "reason": NoPointReason(reason),
                "note": note,
                "marked_at": at,
                "marked_by_id": by.person_id,
            }
            insert_once(OpinionWithoutPoint, values, unique=["opinion_id"])


def _put_stages_back(before: dict[str, acts.State], members: Iterable[Opinion], by: Actor) -> None:
    """What nobody had read before it was put into a point waits to be read again."""
    for opinion in members:
        stage = OpinionStage(before[str(opinion.id)][3])
        if opinion.stage is not stage and may_advance(opinion.stage, stage):
            opinions.advance_opinions([opinion], stage, by=by)


def _take_away(made: Point) -> None:
    """A point that nobody but its maker ever touched goes away with its movements; its number is not given again."""
    db.session.flush()
    db.session.execute(
        delete(PointChange).where(or_(PointChange.point_id == made.id, PointChange.other_point_id == made.id))
    )
    db.session.execute(delete(PointOpinion).where(PointOpinion.point_id == made.id))
    db.session.delete(made)
    db.session.flush()
