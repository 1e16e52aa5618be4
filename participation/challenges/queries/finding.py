"""Candidates: which challenge an idea may belong to, and which ideas a challenge may want (結び付けの候補)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from participation.access.actors import visitor
from participation.challenges.domain import (
    COMPARED,
    LEAST_LIKENESS,
    MOST_CANDIDATES,
    IdeaText,
    stages,
)
from participation.challenges.models import Challenge, Idea, IdeaLink
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.foundation.db import db
from participation.foundation.likeness import likeness, pairs_of_letters

#: So many pairs are looked for by the database, and so many rows are then compared.
MOST_PAIRS, POOL = 30, 50


@dataclass(frozen=True)
class Candidate:
    """A challenge or an idea that is like the other, with the words to decide by."""

    public_id: str
    title: str
    text: str
    likeness: float


def list_challenge_candidates(idea: Idea, text: IdeaText) -> list[Candidate]:
    """Return the posted challenges most like an idea about which nobody has said anything yet, best first."""
    pairs = pairs_of_letters(text.body()[:COMPARED])
    running = [code for code, stage in stages().items() if not stage.is_final]
    said = select(IdeaLink.challenge_id).where(IdeaLink.idea_id == idea.id)
    rows = db.session.scalars(
        select(Challenge)
        .where(Challenge.posted_at.is_not(None), Challenge.stage.in_(running), Challenge.id.not_in(said))
        .order_by(
            _shared(pairs, Challenge.title, Challenge.wanted, Challenge.background).desc(),
            Challenge.id.desc(),
        )
        .limit(POOL)
    )
    found = [
        Candidate(each.public_id, each.title, each.wanted, _likeness(pairs, each.text.in_one()))
        for each in rows
    ]
    return _best(found)


def list_idea_candidates(challenge: Challenge) -> list[Candidate]:
    """Return the published ideas most like a challenge about which nobody has said anything yet, best first."""
    pairs = pairs_of_letters(challenge.text.in_one()[:COMPARED])
    said = select(IdeaLink.idea_id).where(IdeaLink.challenge_id == challenge.id)
    rows = db.session.execute(
        select(Idea, Contribution)
        .join(Contribution, Contribution.id == Idea.contribution_id)
        .where(visible_to(visitor()), Idea.id.not_in(said), _touches(pairs))
        .order_by(_shared(pairs, Contribution.body).desc(), Idea.id.desc())
        .limit(POOL)
    )
    found = []
    for idea, said_words in rows:
        text = IdeaText.read(said_words.body)
        found.append(Candidate(idea.public_id, text.title, text.idea, _likeness(pairs, text.body())))
    return _best(found)


def _best(found: list[Candidate]) -> list[Candidate]:
    best = sorted(found, key=lambda each: -each.likeness)[:MOST_CANDIDATES]
    return [each for each in best if each.likeness >= LEAST_LIKENESS]


def _likeness(pairs: frozenset[str], words: str) -> float:
    return likeness(pairs, pairs_of_letters(words[:COMPARED]))


def _shared(pairs: frozenset[str], *columns: InstrumentedAttribute[str]) -> ColumnElement[int]:
    """How many of the pairs the words of a row hold, as the database counts them."""
    return sum(
        (
            case((or_(*(column.contains(pair, autoescape=True) for column in columns)), 1), else_=0)
            for pair in sorted(pairs)[:MOST_PAIRS]
        ),
        literal(0),
    )


def _touches(pairs: frozenset[str]) -> ColumnElement[bool]:
    return or_(
        literal(False),
        *(Contribution.body.contains(pair, autoescape=True) for pair in sorted(pairs)[:MOST_PAIRS]),
    )


def get_link(idea: Idea, challenge: Challenge) -> IdeaLink:
    """Return what a person said about an idea and a challenge."""
    return db.session.scalars(
        select(IdeaLink).where(IdeaLink.idea_id == idea.id, IdeaLink.challenge_id == challenge.id)
    ).one()
