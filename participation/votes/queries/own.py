"""The reader's own ballot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from participation.access.actors import Actor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.votes.models import Ballot, Vote, VoteOption
from participation.votes.queries.finding import voter_key


@dataclass(frozen=True)
class OwnBallot:
    """The reader's own ballot."""

    code: str
    label: str
    reason: str
    at: datetime


def find_own_ballot(vote: Vote, actor: Actor) -> OwnBallot | None:
    """Return the reader's own ballot, or None."""
    key = voter_key(vote, actor)
    if key is None:
        return None
    row = db.session.execute(
        select(VoteOption.code, VoteOption.label, Ballot.cast_at, Contribution.body)
        .join(Ballot, Ballot.option_id == VoteOption.id)
        .outerjoin(
            Contribution,
            and_(
                Contribution.id == Ballot.contribution_id,
                Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED)),
            ),
        )
        .where(Ballot.vote_id == vote.id, Ballot.voter_key == key)
    ).one_or_none()
    if row is None:
        return None
    code, label, at, reason = row
    return OwnBallot(code, label, reason or "", at)
