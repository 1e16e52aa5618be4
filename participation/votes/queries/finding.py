"""Finding a vote and what belongs to it, one row at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from participation.consultations.domain import State, state_at
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.places.queries import list_areas
from participation.votes.domain import COUNTED, ResultsShown, VoteStatus
from participation.votes.domain.ballots import BallotPaper, Option
from participation.votes.domain.marking import Limits, paper_of
from participation.votes.domain.terms import Terms, VoteName
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


def get_terms(vote: Vote | VoteName) -> Terms:
    """Return the terms of a vote; of a published one they are read once for many voters."""
    key = (id(db.engine), vote.id, vote.public_id)
    kept = _published.get(key)
    if kept is not None:
        return kept
    terms = _read_terms(vote.id)
    if not terms.is_draft:
        _published[key] = terms
    return terms


#: By database and vote: as many as there are votes that somebody casts a ballot in.
_published: dict[tuple[int, int, str], Terms] = {}


def _read_terms(vote_id: int) -> Terms:
    vote = db.session.get(Vote, vote_id)
    if vote is None:
        raise NotFound
    return Terms(
        id=vote_id,
        public_id=vote.public_id,
        is_draft=vote.status is VoteStatus.DRAFT,
        subject_id=vote.subject_id,
        consultation_id=vote.consultation_id,
        audience=vote.audience,
        standings=tuple(vote.standings),
        keeping=vote.keeping,
        asks_reason=vote.asks_reason,
        paper=paper_for(vote),
        option_ids={option.code: option.id for option in list_options(vote)},
        is_counted=vote.kind in COUNTED,
    )


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
