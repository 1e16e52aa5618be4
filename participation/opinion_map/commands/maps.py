"""Preparing, opening and closing opinion maps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor, system
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.opinion_map import queries
from participation.opinion_map.commands.runs import ask_for_last_run
from participation.opinion_map.domain.maps import MapDraft, MapStatus, StatementStatus
from participation.opinion_map.events import MapClosed, MapOpened
from participation.opinion_map.models import MapCount, OpinionMap

CHANGED_MEANWHILE = "ほかの人がこの意見の地図を先に変更しました。今の内容を確かめて、もう一度直してください。"


def draft_map(draft: MapDraft, *, by: Actor) -> OpinionMap:
    """Begin a map that only staff see."""
    access.require(by, "opinion_map.draft")
    opinion_map = OpinionMap(status=MapStatus.DRAFT, created_at=clock.now(), **_columns(draft))
    db.session.add(opinion_map)
    db.session.flush()
    insert_once(
        MapCount,
        dict.fromkeys(("voters", "votes", "changes", "changes_at_run", "changes_in_run"), 0)
        | {"map_id": opinion_map.id},
        unique=["map_id"],
    )
    audit.record(by, "opinion_map.draft", opinion_map)
    return opinion_map


def change_map(opinion_map: OpinionMap, draft: MapDraft, *, by: Actor) -> None:
    """Change a draft."""
    access.require(by, "opinion_map.change", opinion_map)
    _lock(opinion_map, MapStatus.DRAFT)
    if opinion_map.version != draft.version:
        raise Conflict(CHANGED_MEANWHILE)
    for column, value in _columns(draft).items():
        setattr(opinion_map, column, value)
    audit.record(by, "opinion_map.change", opinion_map)


def open_map(opinion_map: OpinionMap, *, by: Actor) -> None:
    """Let people vote from the opening on; the question stays as it is from now on."""
    access.require(by, "opinion_map.open", opinion_map)
    _lock(opinion_map, MapStatus.DRAFT)
    if opinion_map.closes_at <= clock.now():
        raise Refused("締切がもう過ぎています。受付期間を直してから公開してください。")
    if len(queries.list_statements(opinion_map, StatementStatus.SHOWN)) < 3:
        raise Refused("意見文を3つ以上用意してから公開してください。")
    opinion_map.status = MapStatus.OPEN
    audit.record(by, "opinion_map.open", opinion_map)
    events.publish(MapOpened(opinion_map.id))


def close_map(opinion_map: OpinionMap, *, by: Actor) -> None:
    """Take no more votes from this moment; what no run holds yet is computed in the background."""
    access.require(by, "opinion_map.close", opinion_map)
    _lock(opinion_map, MapStatus.OPEN)
    opinion_map.status, opinion_map.closed_at = MapStatus.CLOSED, clock.now()
    audit.record(by, "opinion_map.close", opinion_map)
    ask_for_last_run(opinion_map, by=system("opinion_map"))
    events.publish(MapClosed(opinion_map.id))


def _columns(draft: MapDraft) -> dict[str, Any]:
    if draft.closes_at <= draft.opens_at:
        raise Refused("締切は、受付開始よりあとにしてください。", field="closes_on")
    return {
        "question": draft.question,
        "explanation": draft.explanation,
        "subject_id": draft.subject_id,
        "consultation_id": draft.consultation_id,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "audience": draft.audience,
        "results_shown": draft.results_shown,
        "takes_statements": draft.takes_statements,
    }


def _lock(opinion_map: OpinionMap, expected: MapStatus) -> None:
    """Take the map's row for this transaction and see that nobody changed its status meanwhile."""
    db.session.scalars(
        select(OpinionMap)
        .where(OpinionMap.id == opinion_map.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if opinion_map.status is not expected:
        raise Conflict(CHANGED_MEANWHILE)
