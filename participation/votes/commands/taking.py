"""Writing a new ballot: who took part, the ballot, the counts, under a lock that closing waits for.

PostgreSQL does all of it in one statement, because each question costs a voter the way to the database and
back; it takes a lock on the vote first and tells what it read of the vote under it: whoever waited for a
closing sees the closed vote. SQLite, which is asked inside the process, does it step by step; there the
whole transaction is the lock, taken before the caller looked whether the vote is open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from participation.consultations.domain import State, state_at
from participation.foundation import clock
from participation.foundation.db import db, will_write
from participation.foundation.errors import Conflict, NotFound
from participation.foundation.prepared import Prepared
from participation.votes.commands.counting import MISSING_COUNTS
from participation.votes.domain import Origin, VoteStatus
from participation.votes.models import (
    SHARDS,
    Ballot,
    Participation,
    Vote,
    VoteCount,
    new_ballot_id,
    new_salt,
)
from participation.votes.policies import NOT_YET, OVER
from participation.votes.queries import Voter

_votes, _parts = cast(Table, Vote.__table__), cast(Table, Participation.__table__)
_ballots, _counts = cast(Table, Ballot.__table__), cast(Table, VoteCount.__table__)
_OF_VOTE = bindparam("of_vote", type_=Integer)
#: Others may take this lock at the same time; closing, which locks the vote for itself, waits for all.
_LOCK = (
    select(_votes.c.status, _votes.c.opens_at, _votes.c.closes_at)
    .where(_votes.c.id == _OF_VOTE)
    .with_for_update(read=True, key_share=True)
)
#: One writer at a time, so one of the rows of a figure is enough.
_MOVE_COUNTS = Prepared(
    update(_counts)
    .where(
        _counts.c.vote_id == _OF_VOTE,
        _counts.c.shard == 0,
        or_(
            _counts.c.option_id.is_(None),
            _counts.c.option_id.in_(
                select(func.json_each(bindparam("of_options", type_=String)).table_valued("value").c.value)
            ),
        ),
    )
    .values(count=_counts.c.count + 1)
)
_PART = ("voter_key", "day", "area_id", "age_band")
_BALLOT = (
    "id",
    "voter_key",
    "content",
    "salt",
    "receipt_hash",
    "origin",
    "cast_at",
    "contribution_id",
    "link_id",
)


_PART_IN = Prepared(
    sqlite_insert(_parts).inline().on_conflict_do_nothing(index_elements=["vote_id", "voter_key"]),
    "vote_id",
    *_PART,
)
_BALLOT_IN = Prepared(
    sqlite_insert(_ballots).inline().on_conflict_do_nothing(index_elements=["vote_id", "receipt_hash"]),
    "vote_id",
    *_BALLOT,
)


@dataclass(frozen=True)
class _Taken:
    """What became of a ballot: whether its voter is new, and whether its receipt was nobody else's."""

    is_first: bool
    is_put_in: bool = True


def _refuse_unless_open(status: VoteStatus, opens_at: datetime, closes_at: datetime) -> None:
    """Refuse what comes too early or too late at this moment."""
    state = state_at(status, opens_at, closes_at, clock.now())
    if state is not State.OPEN:
        raise Conflict(NOT_YET if state is State.COMING else OVER)


def _lock_while_open(vote_id: int) -> None:
    """Lock the vote against closing; refuse unless it is open at the moment at which the lock is there."""
    found = db.session.execute(_LOCK, {"of_vote": vote_id}).one_or_none()
    if found is None:
        raise NotFound
    _refuse_unless_open(found.status, found.opens_at, found.closes_at)


def _take(vote_id: int, option_ids: list[int], voter: Voter, ballot: Mapping[str, Any]) -> _Taken:
    """Lock the vote, and take a ballot from somebody who has none yet; whoever has one is left to the caller."""
    part = {
        "voter_key": voter.key,
        "day": clock.today(),
        "area_id": voter.area_id,
        "age_band": voter.age_band,
    }
    row = {
        "id": new_ballot_id(),
        "salt": new_salt(),
        "origin": Origin.WEB,
        "contribution_id": None,
        "link_id": None,
        **ballot,
    }
    # No page changes by a secret ballot, so no kept page need be made anew, nor tell that somebody voted.
    will_write(*([] if row["voter_key"] is None else [Participation, Ballot, VoteCount]))
    connection = db.session.connection()
    take = _take_at_once if connection.dialect.name == "postgresql" else _take_step_by_step
    return take(connection, vote_id, option_ids, part, row)


def _take_step_by_step(
    connection: Connection,
    vote_id: int,
    option_ids: list[int],
    part: Mapping[str, Any],
    row: Mapping[str, Any],
) -> _Taken:
    if not _PART_IN.run(connection, {"vote_id": vote_id, **part}).rowcount:
        return _Taken(is_first=False)
    if not _BALLOT_IN.run(connection, {"vote_id": vote_id, **row}).rowcount:
        return _Taken(is_first=True, is_put_in=False)
    moved = _MOVE_COUNTS.run(connection, {"of_vote": vote_id, "of_options": json.dumps(option_ids)})
    if moved.rowcount != len(option_ids) + 1:
        raise RuntimeError(MISSING_COUNTS)
    return _Taken(is_first=True)


def _take_at_once(
    connection: Connection,
    vote_id: int,
    option_ids: list[int],
    part: Mapping[str, Any],
    row: Mapping[str, Any],
) -> _Taken:
    said = {
        "of_vote": vote_id,
        # One for each process: who is stored together moves the same rows, and waits for no other group.
        "of_shard": os.getpid() % SHARDS,
        "of_options": option_ids,
        **{f"part_{name}": part[name] for name in _PART},
        **{f"ballot_{name}": row[name] for name in _BALLOT},
    }
    found = _TAKE.run(connection, said).one_or_none()
    if found is None:
        raise NotFound
    _refuse_unless_open(VoteStatus(found.status), found.opens_at, found.closes_at)
    if not found.parts:
        return _Taken(is_first=False)
    if not found.ballots:
        return _Taken(is_first=True, is_put_in=False)
    if found.counts != len(option_ids) + 1:
        raise RuntimeError(MISSING_COUNTS)
    return _Taken(is_first=True)


def _take_statement() -> Select[Any]:
    """Return the one statement: each part reads what the part before it gives, so they follow one another."""
    locked = (
        select(_votes.c.id, _votes.c.status, _votes.c.opens_at, _votes.c.closes_at)
        .where(_votes.c.id == _OF_VOTE)
        .with_for_update(read=True, key_share=True)
        .cte("locked")
    )
    parts = (
        postgresql_insert(_parts)
        .from_select(
            ["vote_id", *_PART], select(locked.c.id, *(_given("part", _parts, name) for name in _PART))
        )
        .on_conflict_do_nothing(index_elements=["vote_id", "voter_key"])
        .returning(_parts.c.vote_id)
        .cte("parts")
    )
    ballots = (
        postgresql_insert(_ballots)
        .from_select(
            ["vote_id", *_BALLOT],
            select(parts.c.vote_id, *(_given("ballot", _ballots, name) for name in _BALLOT)),
        )
        .on_conflict_do_nothing(index_elements=["vote_id", "receipt_hash"])
        .returning(_ballots.c.vote_id)
        .cte("ballots_put_in")
    )
    # In one order, so that two voters never wait for each other; only where there is a ballot to count.
    wanted = bindparam("of_options", type_=ARRAY(Integer))
    rows = (
        select(_counts.c.id)
        .where(
            exists(select(ballots.c.vote_id)),
            _counts.c.vote_id == _OF_VOTE,
            _counts.c.shard == bindparam("of_shard", type_=Integer),
            or_(_counts.c.option_id.is_(None), _counts.c.option_id == func.any(wanted)),
        )
        .order_by(_counts.c.option_id.nulls_first())
        .with_for_update()
        .cte("rows_to_move")
    )
    counts = (
        update(_counts)
        .where(_counts.c.id == rows.c.id)
        .values(count=_counts.c.count + 1)
        .returning(_counts.c.id)
        .cte("counts_moved")
    )
    return select(
        locked.c.status,
        locked.c.opens_at,
        locked.c.closes_at,
        _number(parts, "parts"),
        _number(ballots, "ballots"),
        _number(counts, "counts"),
    )


def _given(prefix: str, table: Table, name: str) -> ColumnElement[Any]:
    return bindparam(f"{prefix}_{name}", type_=table.c[name].type)


def _number(of: CTE, name: str) -> ColumnElement[int]:
    return select(func.count()).select_from(of).scalar_subquery().label(name)


_TAKE = Prepared(_take_statement())
