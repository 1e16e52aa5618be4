"""The reasons behind a vote."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from participation.access.actors import Actor
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.foundation.db import db
from participation.votes.models import Ballot, Vote

MOST_REASONS = 50


def list_reasons(vote: Vote, actor: Actor) -> Sequence[Contribution]:
    """Return the reasons that the reader may read, newest first, without the ballot they came with."""
    return db.session.scalars(
        select(Contribution)
        .join(Ballot, Ballot.contribution_id == Contribution.id)
        .where(Ballot.vote_id == vote.id, visible_to(actor), Contribution.body != "")
        .order_by(Contribution.said_at.desc(), Contribution.id.desc())
        .limit(MOST_REASONS)
    ).all()
