"""Counting: what was kept, what a recount gives, and how a closed vote came out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.votes.domain import (
    State,
    VoteKind,
)
from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Marks, Option
from participation.votes.domain.rules import RULE_NAMES, Counting, Rule, tally
from participation.votes.models import Ballot, Vote, VoteCount
from participation.votes.queries.lists import VoteShown


@dataclass(frozen=True)
class Counted:
    """How a closed vote was counted (数え方と経過)."""

    rule: str
    #: The seed of the lot that decides ties: the vote's own number, public before anybody votes.
    seed: str
    steps: tuple[str, ...]


def election_of(shown: VoteShown) -> Election:
    """Return the ballots of a closed vote, ready to be counted or written; raises NotFound before that.

    They are made of the counts: no row of a ballot, no moment and no order comes near a file.
    """
    if shown.state is not State.CLOSED or shown.total is None:
        raise NotFound
    options = tuple(Option(option.code, option.label) for option in shown.options)
    marks: dict[Marks, int] = {
        (position,): option.count for position, option in enumerate(shown.options) if option.count
    }
    return Election(BallotPaper(BallotKind.CHOICE, options), marks=marks, title=shown.vote.question)


def count_closed(shown: VoteShown) -> Counted | None:
    """Return how a closed vote was counted; None while it is open, and where nothing is chosen between."""
    if shown.state is not State.CLOSED or shown.vote.kind is VoteKind.STANCE or not shown.total:
        return None
    seed = shown.vote.public_id
    outcome = tally(election_of(shown), Counting(Rule.PLURALITY, seed=seed))
    return Counted(RULE_NAMES[Rule.PLURALITY], seed, tuple(step.words for step in outcome.steps))


def recount(vote: Vote) -> dict[int, int]:
    """Return option id → ballots, counted one by one."""
    rows = db.session.execute(
        select(Ballot.option_id, func.count()).where(Ballot.vote_id == vote.id).group_by(Ballot.option_id)
    )
    return dict(rows.all())


def kept_counts(vote: Vote) -> dict[int, int]:
    """Return option id → ballots, as kept; for commands, which know when they may be told."""
    rows = db.session.execute(
        select(VoteCount.option_id, VoteCount.count).where(VoteCount.vote_id == vote.id)
    )
    return dict(rows.all())
