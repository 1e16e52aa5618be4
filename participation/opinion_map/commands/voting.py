"""Answering statements (投票)."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, select, update

from participation.access import rules as access
from participation.access.actors import Actor, system
from participation.audit import trail as audit
from participation.consultations.domain import State, state_at
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.ids import new_public_id
from participation.opinion_map import queries
from participation.opinion_map.commands.asking import _ask
from participation.opinion_map.commands.counting import _move_counts, _note_change
from participation.opinion_map.domain.maps import MapAnswer, StatementStatus, is_due
from participation.opinion_map.events import StatementVoted
from participation.opinion_map.models import MapCount, MapStatement, MapVote, MapVoter, OpinionMap
from participation.opinion_map.policies import NOT_YET, OVER

NOT_ASKED = "この意見文への投票は終わりました。次の意見文に答えてください。"

_votes = cast(Table, MapVote.__table__)
_CHANGE = (
    update(_votes)
    .where(_votes.c.id == bindparam("vote_id"))
    .values(value=bindparam("new_value"), cast_at=bindparam("at"))
)


def vote(opinion_map: OpinionMap, statement: MapStatement, answer: MapAnswer, *, by: Actor) -> None:
    """Take an answer, or a changed one: one row for each voter and statement, the last answer counts.

    The map's row is locked before the time is looked at, so a vote is either before the closing and
    counted, or after it and refused. The audit trail never says how somebody voted. When enough has
    changed, the map is computed anew in the background; the voter stands in the right place at once.
    """
    access.require(by, "opinion_map.vote", opinion_map)
    _refuse_unless_open(opinion_map)
    if statement.map_id != opinion_map.id or statement.status is not StatementStatus.SHOWN:
        raise Conflict(NOT_ASKED)
    key = queries.voter_key(opinion_map, by)
    if key is None:
        raise Refused("投票する端末を確かめられませんでした。画面を開き直してください。")
    voter_id, is_new = _voter(opinion_map, key)
    steps = _store(opinion_map, voter_id, statement.id, answer.value_of_vote)
    if steps:
        _move_counts(opinion_map, statement.id, steps)
        changed = _note_change(opinion_map, voters=is_new, votes=sum(steps.values()))
        if is_due(*changed):
            _ask_for_run(opinion_map, *changed)
    audit.record(by, "opinion_map.vote", opinion_map)
    events.publish(StatementVoted(opinion_map.id))


def _voter(opinion_map: OpinionMap, key: str) -> tuple[int, int]:
    """Return the voter's row, and 1 if it is new."""
    values = {"map_id": opinion_map.id, "voter_key": key, "public_id": new_public_id()}
    new_id = insert_once(MapVoter, values, unique=["map_id", "voter_key"])
    if new_id is not None:
        return new_id, 1
    found = db.session.execute(
        select(MapVoter.id).where(MapVoter.map_id == opinion_map.id, MapVoter.voter_key == key)
    ).scalar_one()
    return found, 0


def _store(opinion_map: OpinionMap, voter_id: int, statement_id: int, value: int) -> dict[int, int]:
    """Store the answer; return how the counts move: value → how many more."""
    now = clock.now()
    values = {
        "map_id": opinion_map.id,
        "voter_id": voter_id,
        "statement_id": statement_id,
        "value": value,
        "cast_at": now,
    }
    if insert_once(MapVote, values, unique=["voter_id", "statement_id"]) is not None:
        return {value: 1}
    vote_id, before = db.session.execute(
        select(MapVote.id, MapVote.value)
        .where(MapVote.voter_id == voter_id, MapVote.statement_id == statement_id)
        .with_for_update()
    ).one()
    if before == value:
        return {}
    db.session.execute(_CHANGE, {"vote_id": vote_id, "new_value": value, "at": now})
    return {before: -1, value: 1}


def _ask_for_run(opinion_map: OpinionMap, changes: int, changes_at_run: int) -> None:
    """Ask for a run once: whoever moves the mark asks."""
    moved = db.session.execute(
        update(MapCount)
        .where(MapCount.map_id == opinion_map.id, MapCount.changes_at_run == changes_at_run)
        .values(changes_at_run=changes)
        .returning(MapCount.id)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        _ask(opinion_map, seed=0, by=system("opinion_map"))


def _refuse_unless_open(opinion_map: OpinionMap) -> None:
    locked = db.session.execute(
        select(OpinionMap.status, OpinionMap.opens_at, OpinionMap.closes_at)
        .where(OpinionMap.id == opinion_map.id)
        .with_for_update(read=True)
    ).one_or_none()
    if locked is None:
        raise NotFound
    state = state_at(locked[0], locked[1], locked[2], clock.now())
    if state is not State.OPEN:
        raise Conflict(NOT_YET if state is State.COMING else OVER)
