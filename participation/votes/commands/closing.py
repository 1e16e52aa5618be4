"""Closing votes; putting the seals into the chain; telling the seed."""

from __future__ import annotations

import random
from typing import cast

from sqlalchemy import Table, bindparam, select, update

from participation.access import rules as access
from participation.access.actors import Actor, Role
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs import queue
from participation.votes import queries
from participation.votes.commands.counting import _lock
from participation.votes.commands.drafting import SETTLE
from participation.votes.commands.rooms import _unfinished
from participation.votes.domain import VoteStatus
from participation.votes.domain.sealing import BEGINNING, FEWEST_TOGETHER, Link, seal_of
from participation.votes.events import VoteClosed
from participation.votes.models import Ballot, BallotLink, ReplacedSeal, Vote

_ballots = cast(Table, Ballot.__table__)
_PUT_INTO = update(_ballots).where(_ballots.c.id == bindparam("ballot_id")).values(link_id=bindparam("link"))


def close_vote(vote: Vote, *, by: Actor) -> dict[int, int]:
    """Take no more ballots from this moment; return option id → ballots, which is final.

    Waits for the ballots that are being cast: what is reported is what is stored.
    """
    access.require(by, "votes.close", vote)
    _lock(vote, VoteStatus.OPEN)
    vote.status, vote.closed_at = VoteStatus.CLOSED, clock.now()
    queue.enqueue(SETTLE, {"vote": vote.id})
    audit.record(by, "votes.close", vote)
    events.publish(VoteClosed(vote.id))
    return queries.kept_counts(vote)


def settle_vote(vote: Vote, *, by: Actor) -> bool:
    """Put the last seals of a vote whose time is over into the chain (確定); return whether it was done now."""
    access.require(by, "votes.settle", vote)
    _lock(vote, VoteStatus.OPEN, VoteStatus.CLOSED)
    if vote.settled_at is not None or not queries.is_over(vote):
        return False
    if vote.has_rooms and Role.SYSTEM in by.roles:
        return False  # Staff say when all rooms are in.
    if _unfinished(vote):
        raise Refused("照合の終わっていない会場の票があります。済ませるか、取り消してから確定してください。")
    if vote.status is VoteStatus.OPEN:
        vote.status, vote.closed_at = VoteStatus.CLOSED, vote.closes_at
        events.publish(VoteClosed(vote.id))
    _append(vote, stay=0)
    vote.settled_at = clock.now()
    audit.record(by, "votes.settle", vote)
    return True


def seal_ballots(vote: Vote, *, by: Actor) -> str | None:
    """Put the seals that wait into today's link of the chain; return its head, None where it has one already.

    Some stay back by lot, so that nobody who knows on which day somebody voted can tell their ballot.
    Writing the rows again in another order also parts them, inside the database, from the moment they came in.
    """
    access.require(by, "votes.seal", vote)
    _lock(vote, VoteStatus.OPEN)
    last = _last(vote)
    if last is not None and last.day >= clock.today():
        return None
    link = _append(vote, stay=FEWEST_TOGETHER)
    audit.record(by, "votes.seal", vote, changes={"number": link.number, "head": link.head})
    return link.head


def tell_seed(vote: Vote, seed: str, *, by: Actor) -> None:
    """Write down the public figure that decides ties, once, after the closing."""
    access.require(by, "votes.tell_seed", vote)
    _lock(vote, VoteStatus.OPEN, VoteStatus.CLOSED)
    if vote.seed is not None:
        raise Conflict("くじの種は、もう書き込まれています。")
    if not seed.strip():
        raise Refused("くじの種になる数字を書いてください。", field="seed")
    vote.seed = seed.strip()[:100]
    audit.record(by, "votes.tell_seed", vote, changes={"seed": vote.seed})


def _last(vote: Vote) -> BallotLink | None:
    return db.session.scalars(
        select(BallotLink).where(BallotLink.vote_id == vote.id).order_by(BallotLink.number.desc()).limit(1)
    ).one_or_none()


def _append(vote: Vote, *, stay: int) -> BallotLink:
    """Add a link with the seals that wait; where fewer than twice `stay` wait, none but what is taken out."""
    waiting = db.session.execute(
        select(Ballot.id, Ballot.salt, Ballot.content)
        .where(Ballot.vote_id == vote.id, Ballot.link_id.is_(None))
        .order_by(Ballot.id)
    ).all()
    going = len(waiting) - stay if len(waiting) >= 2 * stay else 0
    chosen = random.SystemRandom().sample(waiting, going)
    gone = db.session.scalars(
        select(ReplacedSeal).where(ReplacedSeal.vote_id == vote.id, ReplacedSeal.removed_id.is_(None))
    ).all()
    last = _last(vote)
    link = Link(
        vote.public_id,
        last.number + 1 if last else 1,
        clock.today().isoformat(),
        last.head if last else BEGINNING,
        tuple(seal_of(salt, content) for _, salt, content in chosen),
        tuple(each.seal for each in gone),
    )
    row = BallotLink(
        vote_id=vote.id, number=link.number, day=clock.today(), previous=link.previous, head=link.head
    )
    db.session.add(row)
    db.session.flush()
    for each in gone:
        each.removed_id = row.id
    if chosen:
        db.session.execute(
            _PUT_INTO, [{"ballot_id": ballot_id, "link": row.id} for ballot_id, _, _ in chosen]
        )
    return row
