"""Finding a vote and what belongs to it, one row at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from participation.access.actors import Actor
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.subjects.models import Subject
from participation.votes.domain import (
    ResultsShown,
    State,
    VoteStatus,
    state_at,
)
from participation.votes.models import Vote, VoteOption


def voter_key(vote: Vote, actor: Actor) -> str | None:
    """Return under which key the actor votes here; None for a visitor not yet recognised."""
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if actor.guest_key is None:
        return None
    return "guest:" + hashlib.sha256(f"vote:{vote.public_id}:{actor.guest_key}".encode()).hexdigest()


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


def list_subject_choices() -> list[tuple[int, str]]:
    """Return (id, title) of what may be spoken about now, for staff who choose."""
    rows = db.session.execute(
        select(Subject.id, Subject.title)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None))
        .order_by(Subject.id)
        .limit(1000)
    )
    return [(subject_id, title) for subject_id, title in rows]


def list_consultation_choices() -> list[tuple[int, str]]:
    """Return (id, title) of all consultations, newest first, for staff who choose."""
    rows = db.session.execute(select(Consultation.id, Consultation.title).order_by(Consultation.id.desc()))
    return [(consultation_id, title) for consultation_id, title in rows]


def hides_figures(vote: Vote) -> bool:
    """Return whether this vote keeps its figures from everybody until it is closed."""
    state = state_at(vote.status, vote.opens_at, vote.closes_at, clock.now())
    return vote.results_shown is ResultsShown.AFTER_CLOSING and state is not State.CLOSED
