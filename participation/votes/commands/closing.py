"""Closing votes, and counting anew."""

from __future__ import annotations

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.votes import queries
from participation.votes.commands.counting import _lock
from participation.votes.domain import (
    VoteStatus,
)
from participation.votes.events import VoteClosed
from participation.votes.models import Vote


def close_vote(vote: Vote, *, by: Actor) -> dict[int, int]:
    """Take no more ballots from this moment; return option id → ballots, which is final.

    Waits for the ballots that are being cast: what is reported is what is stored.
    """
    access.require(by, "votes.close", vote)
    _lock(vote, VoteStatus.OPEN)
    vote.status, vote.closed_at = VoteStatus.CLOSED, clock.now()
    audit.record(by, "votes.close", vote)
    events.publish(VoteClosed(vote.id))
    return queries.kept_counts(vote)
