"""The counts that are kept in step with the ballots, and the lock on a vote."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Table, Update, bindparam, delete, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import db
from participation.foundation.errors import Conflict
from participation.votes import queries
from participation.votes.domain import VoteStatus
from participation.votes.models import SHARDS, Vote, VoteCount

MISSING_COUNTS = "the rows of a vote's counts are missing: flask votes recount makes them"
CHANGED_MEANWHILE = "ほかの人がこの参考投票を先に変更しました。画面を開き直して、もう一度直してください。"

_counts = cast(Table, VoteCount.__table__)
_MOVE_COUNT = (
    update(_counts)
    .where(_counts.c.option_id == bindparam("option"), _counts.c.shard == bindparam("of_shard"))
    .values(count=_counts.c.count + bindparam("step"))
)
_MOVE_VOTERS = (
    update(_counts)
    .where(
        _counts.c.vote_id == bindparam("of_vote"),
        _counts.c.option_id.is_(None),
        _counts.c.shard == bindparam("of_shard"),
    )
    .values(count=_counts.c.count + bindparam("step"))
)


def recount_votes(*, check_only: bool = False, by: Actor) -> dict[str, int]:
    """Count all ballots anew; return how many kept counts were wrong, by vote, and mend them."""
    access.require(by, "votes.recount")
    wrong: dict[str, int] = {}
    for vote in db.session.scalars(
        select(Vote).where(Vote.status != VoteStatus.DRAFT).order_by(Vote.id).with_for_update()
    ).all():
        true, kept = queries.recount(vote), queries.all_kept_counts(vote)
        differing = {
            option for option in true.keys() | kept.keys() if true.get(option, 0) != kept.get(option, 0)
        }
        if differing or queries.lacks_counts(vote):
            wrong[vote.public_id] = max(len(differing), 1)
            if not check_only:
                _replace_counts(vote, true)
    audit.record(by, "votes.recount", "vote_counts", changes={"wrong": wrong, "check_only": check_only})
    return wrong


def _lock(vote: Vote, *expected: VoteStatus) -> None:
    """Take the vote's row for this transaction and see that nobody changed its status meanwhile."""
    db.session.scalars(
        select(Vote).where(Vote.id == vote.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if vote.status not in expected:
        raise Conflict(CHANGED_MEANWHILE)


def _count(vote_id: int, option_ids: Iterable[int], *, before: Iterable[int] = (), voters: int = 0) -> None:
    """Move the counts, in the order of the options, so that two voters never wait for each other."""
    now, then = set(option_ids), set(before)
    shard = random.randrange(SHARDS)  # noqa: S311 (spreads load, guards nothing)
    for option_id in sorted(now ^ then):
        step = 1 if option_id in now else -1
        _move(_MOVE_COUNT, {"option": option_id, "of_shard": shard, "step": step})
    if voters:
        _move(_MOVE_VOTERS, {"of_vote": vote_id, "of_shard": shard, "step": voters})


def _move(statement: Update, values: dict[str, int]) -> None:
    """Move one row; where it is missing, nothing of the ballot is stored rather than a count lost."""
    moved = cast("CursorResult[Any]", db.session.execute(statement, values))
    if moved.rowcount != 1:
        raise RuntimeError(MISSING_COUNTS)


def _replace_counts(vote: Vote, counts: Mapping[int | None, int]) -> None:
    """Write all counts of a vote anew."""
    db.session.execute(delete(VoteCount).where(VoteCount.vote_id == vote.id))
    options = [None, *(option.id for option in queries.list_options(vote))]
    db.session.execute(
        insert(VoteCount),
        [
            {
                "vote_id": vote.id,
                "option_id": option,
                "shard": shard,
                "count": 0 if shard else counts.get(option, 0),
            }
            for option in options
            for shard in range(SHARDS)
        ],
    )
