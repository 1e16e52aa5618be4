"""Keeping the counts of a map in step with its votes, and counting anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import db, insert_once
from participation.opinion_map import queries
from participation.opinion_map.domain.answers import AGREE, DISAGREE, PASS
from participation.opinion_map.domain.maps import MapStatus
from participation.opinion_map.models import MapCount, OpinionMap, StatementCount

_counts = cast(Table, StatementCount.__table__)
_MOVE = (
    update(_counts)
    .where(_counts.c.statement_id == bindparam("statement"))
    .values(
        agree=_counts.c.agree + bindparam("d_agree"),
        disagree=_counts.c.disagree + bindparam("d_disagree"),
        passed=_counts.c.passed + bindparam("d_passed"),
    )
)


def _move_counts(opinion_map: OpinionMap, statement_id: int, steps: Mapping[int, int]) -> None:
    """Move the counts of one statement: value → how many more."""
    values = {
        "statement_id": statement_id,
        "map_id": opinion_map.id,
        "agree": 0,
        "disagree": 0,
        "passed": 0,
    }
    insert_once(StatementCount, values, unique=["statement_id"])
    db.session.execute(
        _MOVE,
        {
            "statement": statement_id,
            "d_agree": steps.get(AGREE, 0),
            "d_disagree": steps.get(DISAGREE, 0),
            "d_passed": steps.get(PASS, 0),
        },
    )


def _note_change(
    opinion_map: OpinionMap, changes: int = 1, *, voters: int = 0, votes: int = 0
) -> tuple[int, int]:
    """Count what changed on the map's one row; return (changes, changes at the last run)."""
    changed = db.session.execute(
        update(MapCount)
        .where(MapCount.map_id == opinion_map.id)
        .values(
            changes=MapCount.changes + changes,
            voters=MapCount.voters + voters,
            votes=MapCount.votes + votes,
        )
        .returning(MapCount.changes, MapCount.changes_at_run)
        .execution_options(synchronize_session=False)
    ).one()
    return changed[0], changed[1]


def recount_maps(*, check_only: bool = False, by: Actor) -> list[str]:
    """Count all votes anew; return the maps whose kept counts were wrong, and mend them."""
    access.require(by, "opinion_map.recount")
    wrong = []
    for opinion_map in db.session.scalars(
        select(OpinionMap)
        .where(OpinionMap.status != MapStatus.DRAFT)
        .order_by(OpinionMap.id)
        .with_for_update()
    ).all():
        true = queries.recount(opinion_map)
        if true == queries.kept_counts(opinion_map):
            continue
        wrong.append(opinion_map.public_id)
        if not check_only:
            _replace_counts(opinion_map, true)
    audit.record(by, "opinion_map.recount", "map_counts", {"wrong": wrong, "check_only": check_only})
    return wrong


def _replace_counts(opinion_map: OpinionMap, true: queries.Counts) -> None:
    db.session.execute(delete(StatementCount).where(StatementCount.map_id == opinion_map.id))
    for statement_id, (agree, disagree, passed) in sorted(true.statements.items()):
        db.session.add(
            StatementCount(
                map_id=opinion_map.id,
                statement_id=statement_id,
                agree=agree,
                disagree=disagree,
                passed=passed,
            )
        )
    db.session.execute(
        update(MapCount)
        .where(MapCount.map_id == opinion_map.id)
        .values(voters=true.voters, votes=true.votes)
        .execution_options(synchronize_session=False)
    )
