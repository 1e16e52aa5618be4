"""What somebody did with opinions and points, and how each opinion stood before and after (まとめる操作)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from participation.access.actors import Actor
from participation.foundation import clock
from participation.foundation.db import Base, db
from participation.foundation.errors import NotFound
from participation.opinions.models import Opinion
from participation.replies.models import GatherAct, OpinionWithoutPoint, Point, PointChange, PointOpinion

#: So long one's own act is offered to be undone.
UNDO_WITHIN = timedelta(hours=1)
#: What goes with a point that is taken away again; anything else that names the point keeps it.
_OWN = frozenset({PointChange.__tablename__, PointOpinion.__tablename__})

#: In which points an opinion is, why it is in none, and its stage: [[points], reason, note, stage].
State = list[Any]


def states_of(opinion_ids: Iterable[int]) -> dict[str, State]:
    """Return opinion (as JSON has it) → its points, its mark 論点なし and its stage. Three queries."""
    ids = sorted(set(opinion_ids))
    found: dict[str, State] = {
        str(opinion_id): [[], "", "", stage.value]
        for opinion_id, stage in db.session.execute(
            select(Opinion.id, Opinion.stage).where(Opinion.id.in_(ids)).order_by(Opinion.id)
        )
    }
    for opinion_id, point_id in db.session.execute(
        select(PointOpinion.opinion_id, PointOpinion.point_id)
        .where(PointOpinion.opinion_id.in_(ids))
        .order_by(PointOpinion.point_id)
    ):
        found[str(opinion_id)][0].append(point_id)
    for mark in db.session.scalars(
        select(OpinionWithoutPoint).where(OpinionWithoutPoint.opinion_id.in_(ids))
    ):
        found[str(mark.opinion_id)][1:3] = [mark.reason.value, mark.note]
    return found


def find_to_undo(consultation_id: int, actor: Actor) -> GatherAct | None:
    """Return the actor's latest act in a consultation that may still be undone, or None. One query."""
    return db.session.scalars(
        select(GatherAct).where(GatherAct.id == id_to_undo(consultation_id, actor))
    ).one_or_none()


def id_to_undo(consultation_id: Any, actor: Actor) -> ScalarSelect[int]:
    """Select the id of the actor's latest act in a consultation (its id, or a column) that may still be undone."""
    return (
        select(GatherAct.id)
        .where(
            GatherAct.consultation_id == consultation_id,
            GatherAct.person_id == (actor.person_id or 0),
            GatherAct.undone_at.is_(None),
            GatherAct.done_at >= clock.now() - UNDO_WITHIN,
        )
        .order_by(GatherAct.id.desc())
        .limit(1)
        .correlate_except(GatherAct)
        .scalar_subquery()
    )


def touches(act: GatherAct, point_id: int) -> bool:
    """Whether an act changed what is in a point, or made or moved the point."""
    named = {act.details.get(role) for role in ("made", "merged", "into")}
    states = (*act.details["before"].values(), *act.details["after"].values())
    return point_id in named or any(point_id in state[0] for state in states)


def get_to_change(public_id: str) -> GatherAct:
    """Return an act and keep it from being undone by another click until the commit; raises NotFound."""
    found = db.session.scalars(
        select(GatherAct)
        .where(GatherAct.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def last_number(consultation_id: int) -> int:
    """Return the highest number that a point of a consultation has or had. One query."""
    points = select(func.max(Point.number)).where(Point.consultation_id == consultation_id).scalar_subquery()
    undone = (
        select(func.max(GatherAct.made_number))
        .where(GatherAct.consultation_id == consultation_id)
        .scalar_subquery()
    )
    row = db.session.execute(select(points, undone)).one()
    return max(row[0] or 0, row[1] or 0)


def numbers_of(opinion_ids: Collection[int]) -> list[int]:
    """Return the numbers of opinions, in order."""
    return list(
        db.session.scalars(
            select(Opinion.number).where(Opinion.id.in_(list(opinion_ids))).order_by(Opinion.number)
        )
    )


def is_in_use(point: Point) -> bool:
    """Whether anything but its opinions and movements names a point: a reply, somebody in charge, a question."""
    for table in Base.metadata.tables.values():
        columns = [
            column
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name == Point.__tablename__
        ]
        for column in columns:
            if table.name not in _OWN and db.session.scalar(
                select(func.count()).select_from(table).where(column == point.id)
            ):
                return True
    return False
