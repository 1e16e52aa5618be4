"""The batches that came from rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participation.access.actors import Actor
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.votes.domain.rooms import Difference, differences, written_out
from participation.votes.models import RoomBatch, Vote
from participation.votes.queries.finding import paper_for


@dataclass(frozen=True)
class BatchShown:
    """A batch as its page shows it to one person; another's entry is shown only where both differ."""

    batch: RoomBatch
    vote: Vote
    #: The reader's own entry as it could be typed again.
    own: str
    differences: tuple[Difference, ...]
    #: How many ballots both wrote down, where both did.
    written: int | None
    may_enter: bool


def list_batches(vote: Vote) -> Sequence[RoomBatch]:
    """Return the batches of a vote in the order in which they were noted."""
    return db.session.scalars(
        select(RoomBatch).where(RoomBatch.vote_id == vote.id).order_by(RoomBatch.id)
    ).all()


def get_batch(public_id: str) -> RoomBatch:
    """Return a batch by its public id; raises NotFound."""
    batch = db.session.scalars(select(RoomBatch).where(RoomBatch.public_id == public_id)).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def get_vote_of(batch: RoomBatch) -> Vote:
    """Return the vote of a batch."""
    return db.session.get_one(Vote, batch.vote_id)


def show_batch(batch: RoomBatch, actor: Actor) -> BatchShown:
    """Return a batch as somebody sees it."""
    vote = get_vote_of(batch)
    paper = paper_for(vote)
    is_first, is_second = (
        actor.person_id is not None and actor.person_id == each
        for each in (batch.first_by_id, batch.second_by_id)
    )
    own = batch.first if is_first else batch.second if is_second else None
    both = batch.first is not None and batch.second is not None
    return BatchShown(
        batch=batch,
        vote=vote,
        own=written_out(paper, own) if own else "",
        differences=tuple(differences(paper, batch.first or {}, batch.second or {})) if both else (),
        written=sum((batch.first or {}).values()) if both and batch.first == batch.second else None,
        may_enter=batch.first_by_id is None or batch.second_by_id is None or is_first or is_second,
    )
