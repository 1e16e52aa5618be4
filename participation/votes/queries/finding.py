"""Finding a vote and what belongs to it, one row at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select

from participation.consultations.domain import State, state_at
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.places.queries import list_areas
from participation.votes.domain import COUNTED, ResultsShown, VoteStatus
from participation.votes.domain.ballots import BallotPaper, Option
from participation.votes.domain.marking import Limits, marks_in, paper_of
from participation.votes.models import Elector, Vote, VoteOption


def get_vote(public_id: str) -> Vote:
    """Return a vote by its public id; raises NotFound."""
    vote = db.session.scalars(select(Vote).where(Vote.public_id == public_id)).one_or_none()
    if vote is None:
        raise NotFound
    return vote


def get_public_vote(public_id: str) -> Vote:
    """Return a vote that is no draft; raises NotFound."""
    vote = get_vote(public_id)
    if vote.status is VoteStatus.DRAFT:
        raise NotFound
    return vote


def list_options(vote: Vote) -> Sequence[VoteOption]:
    """Return the options of a vote in order."""
    return db.session.scalars(
        select(VoteOption).where(VoteOption.vote_id == vote.id).order_by(VoteOption.position)
    ).all()


def paper_for(vote: Vote) -> BallotPaper:
    """Return what may be written on a ballot of this vote."""
    options = [Option(option.code, option.label, option.cost) for option in list_options(vote)]
    return paper_of(vote.kind, options, Limits(vote.least, vote.most, vote.points, vote.budget))


@dataclass(frozen=True)
class FixedPaper:
    """What may be written on a ballot of a published vote, and the ids of its options: they never change."""

    paper: BallotPaper
    option_ids: Mapping[str, int]
    is_counted: bool

    def counted(self, content: str) -> list[int]:
        """Return the ids of the marked options, where marks are counted while they come in."""
        return [self.option_ids[code] for code in marks_in(self.paper, content)] if self.is_counted else []


def fixed_paper(vote: Vote) -> FixedPaper:
    """Return the paper of a published vote, read once for many voters."""
    if vote.status is VoteStatus.DRAFT:
        raise NotFound
    return _fixed_paper(id(db.engine), vote.id, vote.public_id)


@lru_cache(maxsize=64)
def _fixed_paper(_engine: int, vote_id: int, _public_id: str) -> FixedPaper:
    vote = db.session.get_one(Vote, vote_id)
    ids = {option.code: option.id for option in list_options(vote)}
    return FixedPaper(paper_for(vote), ids, vote.kind in COUNTED)


def count_electors(vote: Vote) -> int:
    """Return how many may vote by the list or by invitation."""
    return db.session.scalar(select(func.count()).select_from(Elector).where(Elector.vote_id == vote.id)) or 0


def area_ids() -> dict[str, int]:
    """Return the id of each area by its name, for lists that name areas."""
    return {area.name: area.id for area in list_areas()}


def state_of(vote: Vote) -> State:
    """Return where a vote stands now."""
    return state_at(vote.status, vote.opens_at, vote.closes_at, clock.now())


def is_over(vote: Vote) -> bool:
    """Return whether a vote takes no more ballots, by its status or by its time."""
    return state_of(vote) is State.CLOSED


def is_told(vote: Vote) -> bool:
    """Return whether the result may be told: the vote is over, and all of its rooms are in."""
    return is_over(vote) and (vote.settled_at is not None or not vote.has_rooms)


def list_open() -> Sequence[Vote]:
    """Return the votes that staff opened and nobody settled yet, for the work of every day."""
    return db.session.scalars(
        select(Vote).where(Vote.status != VoteStatus.DRAFT, Vote.settled_at.is_(None)).order_by(Vote.id)
    ).all()


def hides_figures(vote: Vote) -> bool:
    """Return whether this vote keeps its figures from everybody until it is closed."""
    return vote.results_shown is ResultsShown.AFTER_CLOSING and state_of(vote) is not State.CLOSED
