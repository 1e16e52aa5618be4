"""Taking in what was cast in a room: a batch is written down twice, by two people, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Table, insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.votes import queries
from participation.votes.commands.counting import CHANGED_MEANWHILE, _lock, _replace_counts
from participation.votes.domain import Origin, VoteStatus
from participation.votes.domain.rooms import INVALID, UNFINISHED, BatchStatus
from participation.votes.models import Ballot, RoomBatch, Vote, new_ballot_id, new_salt

_ballots = cast(Table, Ballot.__table__)


@dataclass(frozen=True)
class BatchDraft:
    """A batch as it comes from a room (会場の票の束)."""

    place: str
    origin: Origin
    held_on: date
    #: How many ballots the room counted.
    counted: int


def open_batch(vote: Vote, draft: BatchDraft, *, by: Actor) -> RoomBatch:
    """Note a batch that came from a room, with how many ballots were counted there."""
    access.require(by, "votes.enter_room", vote)
    _lock(vote, VoteStatus.OPEN, VoteStatus.CLOSED)
    if vote.settled_at is not None:
        raise Conflict("この参考投票の結果は、もう確定しています。")
    batch = RoomBatch(
        vote_id=vote.id,
        place=draft.place,
        origin=draft.origin,
        held_on=draft.held_on,
        counted=draft.counted,
        status=BatchStatus.EMPTY,
        opened_at=clock.now(),
    )
    db.session.add(batch)
    audit.record(by, "votes.enter_room", batch, changes={"counted": draft.counted})
    return batch


def enter_batch(
    batch: RoomBatch, entries: Mapping[str, int], *, gap_reason: str = "", version: int, by: Actor
) -> None:
    """Write a batch down, as the first or the second person; equal entries are taken in as ballots.

    Whoever wrote one of the entries mends that one; the other is another person's. Where the number
    differs from what the room counted, a reason is asked for.
    """
    vote = queries.get_vote_of(batch)
    access.require(by, "votes.enter_room", vote)
    _lock(vote, VoteStatus.OPEN, VoteStatus.CLOSED)
    db.session.refresh(batch, with_for_update=True)
    if batch.version != version or batch.status not in UNFINISHED:
        raise Conflict(CHANGED_MEANWHILE)
    if by.person_id is None:
        raise Refused("だれが入力したかを残すので、職員のアカウントで入力してください。")
    if batch.first_by_id in (None, by.person_id):
        batch.first, batch.first_by_id = dict(entries), by.person_id
    elif batch.second_by_id in (None, by.person_id):
        batch.second, batch.second_by_id = dict(entries), by.person_id
    else:
        raise Refused("1人目でも2人目でもないので、この束は入力できません。")
    batch.gap_reason = gap_reason
    _compare(vote, batch)
    audit.record(by, "votes.enter_room", batch, changes={"status": batch.status.value})


def cancel_batch(batch: RoomBatch, *, by: Actor) -> None:
    """Let a batch go that was noted by mistake; one that was taken in stays."""
    vote = queries.get_vote_of(batch)
    access.require(by, "votes.enter_room", vote)
    _lock(vote, VoteStatus.OPEN, VoteStatus.CLOSED)
    db.session.refresh(batch, with_for_update=True)
    if batch.status not in UNFINISHED:
        raise Conflict("この束は、もう照合が済んでいるか、取り消されています。")
    batch.status, batch.first, batch.second = BatchStatus.CANCELLED, None, None
    audit.record(by, "votes.enter_room", batch, changes={"status": batch.status.value})


def _compare(vote: Vote, batch: RoomBatch) -> None:
    """Take the ballots in where both entries agree with each other and with the room's count."""
    if batch.second is None:
        batch.status = BatchStatus.ENTERED
        return
    total = sum(batch.first.values()) if batch.first else 0
    if batch.first != batch.second or (total != batch.counted and not batch.gap_reason):
        batch.status = BatchStatus.DIFFERING
        return
    rows = [
        {
            "id": new_ballot_id(),
            "vote_id": vote.id,
            "voter_key": None,
            "content": content,
            "salt": new_salt(),
            "receipt_hash": None,
            "origin": batch.origin,
            "cast_at": None,
            "contribution_id": None,
            "link_id": None,
        }
        for content, count in batch.first.items()
        if content != INVALID
        for _ in range(count)
    ]
    if rows:
        db.session.execute(insert(_ballots), rows)
    # The vote is locked: nobody casts meanwhile.
    _replace_counts(vote, queries.recount(vote))
    batch.status, batch.accepted_at = BatchStatus.ACCEPTED, clock.now()


def _unfinished(vote: Vote) -> bool:
    """Return whether a batch of this vote still waits."""
    found = select(RoomBatch.id).where(RoomBatch.vote_id == vote.id, RoomBatch.status.in_(UNFINISHED))
    return db.session.scalar(found.limit(1)) is not None
