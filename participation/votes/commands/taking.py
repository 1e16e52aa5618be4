"""Writing new ballots: who took part, the ballots, the counts, under a lock that closing waits for.

What comes for a vote at the same moment is written together. PostgreSQL does all of it in one statement,
because each question costs a voter the way to the database and back; it takes a lock on the vote first and
tells what it read of the vote under it: whoever waited for a closing sees the closed vote. SQLite, which is
asked inside the process, does it step by step; there the whole transaction is the lock.

Neither the order of the participations nor that of the ballots is the order of coming: the former lie by their
voters' keys, the latter by numbers drawn by lot.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    column,
    func,
    null,
    select,
    true,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from participation.consultations.domain import State, state_at
from participation.foundation import clock, freshness
from participation.foundation.db import db, refuse_write_outside
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
#: In the place of an option: the figure of all voters.
_VOTERS = 0
_NOW = select(_votes.c.status, _votes.c.opens_at, _votes.c.closes_at).where(_votes.c.id == _OF_VOTE)
#: Others may take this lock at the same time; closing, which locks the vote for itself, waits for all.
_LOCK = _NOW.with_for_update(read=True, key_share=True)
_READ = Prepared(_NOW)
#: What PostgreSQL is told of each ballot.
_SENT: dict[str, Any] = {
    "voter_key": String,
    "area_id": Integer,
    "age_band": String,
    "id": BigInteger,
    "content": Text,
    "salt": String,
    "receipt_hash": String,
    "figures": ARRAY(Integer),
}
#: {option: how many}, as JSON; one writer at a time, so one of the rows of a figure is enough.
_moves = func.json_each(bindparam("moves", type_=String)).table_valued("key", "value", name="moves")
_MOVE_COUNTS = Prepared(
    update(_counts)
    .where(
        _counts.c.vote_id == _OF_VOTE,
        _counts.c.shard == 0,
        func.coalesce(_counts.c.option_id, _VOTERS) == sql_cast(_moves.c.key, Integer),
    )
    .values(count=_counts.c.count + _moves.c.value)
)
_PART_IN = Prepared(
    sqlite_insert(_parts).inline().on_conflict_do_nothing(index_elements=["vote_id", "voter_key"]),
    "vote_id",
    "voter_key",
    "day",
    "area_id",
    "age_band",
)
_BALLOT_IN = Prepared(
    sqlite_insert(_ballots).inline().on_conflict_do_nothing(index_elements=["vote_id", "receipt_hash"]),
    "vote_id",
    "id",
    "voter_key",
    "content",
    "salt",
    "receipt_hash",
    "origin",
    "cast_at",
)


@dataclass(frozen=True)
class NewBallot:
    """A ballot of somebody who may have none yet; a secret one takes nothing of its voter along."""

    vote_id: int
    voter: Voter
    is_secret: bool
    content: str
    option_ids: list[int]
    receipt_hash: str | None
    id: int = field(default_factory=new_ballot_id)
    salt: str = field(default_factory=new_salt)


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


def _take(ballots: Sequence[NewBallot]) -> list[_Taken]:
    """Lock the votes, and take the ballots of those who have none yet; whoever has one is left to the caller."""
    refuse_write_outside()
    connection = db.session.connection()
    take = _take_at_once if connection.dialect.name == "postgresql" else _take_step_by_step
    taken: dict[int, _Taken] = {}
    waiting = sorted(ballots, key=lambda ballot: (ballot.vote_id, ballot.voter.key))
    while waiting:
        now, waiting = _apart(waiting)
        first, put_in = take(connection, now)
        for ballot in now:
            is_first = ballot.voter.key in first
            taken[ballot.id] = _Taken(is_first, is_put_in=not is_first or ballot.id in put_in)
    return [taken[ballot.id] for ballot in ballots]


def _apart(ballots: list[NewBallot]) -> tuple[list[NewBallot], list[NewBallot]]:
    """Return those of one vote, each by another voter, and the rest: who sends two at once sends one after the other."""
    now: dict[str, NewBallot] = {}
    later = []
    for ballot in ballots:
        if ballot.vote_id == ballots[0].vote_id and ballot.voter.key not in now:
            now[ballot.voter.key] = ballot
        else:
            later.append(ballot)
    return list(now.values()), later


def _take_step_by_step(connection: Connection, ballots: list[NewBallot]) -> tuple[set[str], set[int]]:
    vote_id = ballots[0].vote_id
    if not ballots[0].is_secret:
        freshness.notice(db.session(), _votes)
    found = _READ.one(connection, {"of_vote": vote_id})
    if found is None:
        raise NotFound
    _refuse_unless_open(*found)
    now, today = clock.now(), clock.today()
    first = [
        ballot
        for ballot in ballots
        if _PART_IN.run(
            connection,
            {
                "vote_id": vote_id,
                "voter_key": ballot.voter.key,
                "day": today,
                "area_id": ballot.voter.area_id,
                "age_band": ballot.voter.age_band,
            },
        ).rowcount
    ]
    put_in = [
        ballot
        for ballot in sorted(first, key=lambda ballot: ballot.id)
        if _BALLOT_IN.run(
            connection,
            {
                "vote_id": vote_id,
                "id": ballot.id,
                "voter_key": None if ballot.is_secret else ballot.voter.key,
                "content": ballot.content,
                "salt": ballot.salt,
                "receipt_hash": ballot.receipt_hash,
                "origin": Origin.WEB,
                "cast_at": None if ballot.is_secret else now,
            },
        ).rowcount
    ]
    moves = Counter(option for ballot in put_in for option in (_VOTERS, *ballot.option_ids))
    if moves and _MOVE_COUNTS.run(
        connection, {"of_vote": vote_id, "moves": json.dumps(moves)}
    ).rowcount != len(moves):
        raise RuntimeError(MISSING_COUNTS)
    return {ballot.voter.key for ballot in first}, {ballot.id for ballot in put_in}


def _take_at_once(connection: Connection, ballots: list[NewBallot]) -> tuple[set[str], set[int]]:
    is_secret = ballots[0].is_secret
    found = (
        _TAKE[is_secret]
        .run(
            connection,
            {
                "of_vote": ballots[0].vote_id,
                "day": clock.today(),
                "cast_at": None if is_secret else clock.now(),
                "origin": Origin.WEB,
                "sent": json.dumps(
                    [
                        {
                            "voter_key": ballot.voter.key,
                            "area_id": ballot.voter.area_id,
                            "age_band": ballot.voter.age_band,
                            "id": ballot.id,
                            "content": ballot.content,
                            "salt": ballot.salt,
                            "receipt_hash": ballot.receipt_hash,
                            "figures": (_VOTERS, *ballot.option_ids),
                        }
                        for ballot in ballots
                    ]
                ),
            },
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound
    _refuse_unless_open(VoteStatus(found.status), found.opens_at, found.closes_at)
    put_in = set(found.put_in or ())
    marked = {option for ballot in ballots if ballot.id in put_in for option in (_VOTERS, *ballot.option_ids)}
    if found.moved != len(marked):
        raise RuntimeError(MISSING_COUNTS)
    return set(found.first or ()), put_in


def _take_statement(*, is_secret: bool) -> Select[Any]:
    """Return the one statement: each part reads what the part before it gives, so they follow one another."""
    locked = (
        select(_votes.c.id, _votes.c.status, _votes.c.opens_at, _votes.c.closes_at)
        .where(_votes.c.id == _OF_VOTE)
        .with_for_update(read=True, key_share=True)
        .cte("locked")
    )
    rows = func.json_to_recordset(bindparam("sent", type_=String).cast(JSON)).table_valued(
        *(column(name, kind) for name, kind in _SENT.items()),
        name="rows",
    )
    sent = select(rows.render_derived(with_types=True)).cte("sent")
    parts = (
        postgresql_insert(_parts)
        .from_select(
            ["vote_id", "voter_key", "day", "area_id", "age_band"],
            select(locked.c.id, sent.c.voter_key, _of("day", _parts), sent.c.area_id, sent.c.age_band)
            .join_from(locked, sent, true())
            .order_by(sent.c.voter_key),
        )
        .on_conflict_do_nothing(index_elements=["vote_id", "voter_key"])
        .returning(_parts.c.vote_id, _parts.c.voter_key)
        .cte("parts")
    )
    ballots = (
        postgresql_insert(_ballots)
        .from_select(
            ["vote_id", "id", "voter_key", "content", "salt", "receipt_hash", "origin", "cast_at"],
            select(
                parts.c.vote_id,
                sent.c.id,
                null() if is_secret else sent.c.voter_key,
                sent.c.content,
                sent.c.salt,
                sent.c.receipt_hash,
                _of("origin", _ballots),
                _of("cast_at", _ballots),
            )
            .join_from(parts, sent, sent.c.voter_key == parts.c.voter_key)
            .order_by(sent.c.id),
        )
        .on_conflict_do_nothing(index_elements=["vote_id", "receipt_hash"])
        .returning(_ballots.c.id)
        .cte("ballots_put_in")
    )
    figures = (
        select(func.unnest(sent.c.figures).label("figure"))
        .join(ballots, ballots.c.id == sent.c.id)
        .subquery()
    )
    moves = select(figures.c.figure, func.count().label("number")).group_by(figures.c.figure).cte("moves")
    # One for each connection: a group waits for no other that is being stored.
    shard = func.pg_backend_pid() % SHARDS
    # In one order, so that two groups never wait for each other; only where there is a ballot to count.
    moving = (
        select(_counts.c.id, moves.c.number)
        .join_from(_counts, moves, func.coalesce(_counts.c.option_id, _VOTERS) == moves.c.figure)
        .where(_counts.c.vote_id == _OF_VOTE, _counts.c.shard == shard)
        .order_by(_counts.c.option_id.nulls_first())
        .with_for_update(of=_counts)
        .cte("rows_to_move")
    )
    counts = (
        update(_counts)
        .where(_counts.c.id == moving.c.id)
        .values(count=_counts.c.count + moving.c.number)
        .returning(_counts.c.id)
        .cte("counts_moved")
    )
    # No page changes by a secret ballot, so no kept page need be made anew, nor tell that somebody voted.
    changed = [] if is_secret else [freshness.moving(_votes).cte("pages_made_anew")]
    return select(
        locked.c.status,
        locked.c.opens_at,
        locked.c.closes_at,
        select(func.array_agg(parts.c.voter_key)).scalar_subquery().label("first"),
        select(func.array_agg(ballots.c.id)).scalar_subquery().label("put_in"),
        select(func.count()).select_from(counts).scalar_subquery().label("moved"),
    ).add_cte(*changed)


def _of(name: str, table: Table) -> Any:
    return bindparam(name, type_=table.c[name].type)


_TAKE = {is_secret: Prepared(_take_statement(is_secret=is_secret)) for is_secret in (False, True)}
