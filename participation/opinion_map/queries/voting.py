"""Reading one voter's own answers, and what they are asked next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.access.actors import Actor
from participation.foundation.db import db
from participation.opinion_map.domain.gathering import Vote, votes_that_count
from participation.opinion_map.domain.maps import ANSWER_OF, MapAnswer, StatementStatus
from participation.opinion_map.domain.routing import Candidate, next_of
from participation.opinion_map.models import (
    MapCount,
    MapStatement,
    MapVote,
    MapVoter,
    OpinionMap,
    StatementCount,
)
from participation.opinion_map.queries.runs import extremities


@dataclass(frozen=True)
class AnsweredStatement:
    """A statement with the reader's own answer, None: not answered."""

    public_id: str
    number: int
    text: str
    answer: MapAnswer | None


@dataclass(frozen=True)
class Turn:
    """What the reader is asked now (次の意見文), and how far they are."""

    asked: AnsweredStatement | None
    answered: int
    total: int


@dataclass(frozen=True)
class VotesRead:
    """The votes that a map is computed from, under pseudonyms, and how many changes made them what they are."""

    votes: list[Vote]
    changes: int


@dataclass(frozen=True)
class Counts:
    """Everything that is counted of a map: (voters, votes), and each statement's answers by its id."""

    voters: int
    votes: int
    statements: dict[int, tuple[int, int, int]]


def voter_key(opinion_map: OpinionMap, actor: Actor) -> str | None:
    """Return under which key the actor votes here; None for a visitor not yet recognised."""
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if actor.guest_key is None:
        return None
    digest = hashlib.sha256(f"opinion-map:{opinion_map.public_id}:{actor.guest_key}".encode())
    return "guest:" + digest.hexdigest()


def own_values(opinion_map: OpinionMap, actor: Actor) -> dict[int, int]:
    """Return statement's number → the reader's own answer, as the map counts it."""
    key = voter_key(opinion_map, actor)
    if key is None:
        return {}
    rows = db.session.execute(
        select(MapStatement.number, MapVote.value)
        .join(MapVote, MapVote.statement_id == MapStatement.id)
        .join(MapVoter, MapVoter.id == MapVote.voter_id)
        .where(MapVoter.map_id == opinion_map.id, MapVoter.voter_key == key)
    ).all()
    if not rows:
        return {}
    shown, merged = _standing(opinion_map)
    counted = votes_that_count([("", number, value) for number, value in rows], shown, merged)
    return {number: value for _, number, value in counted}


def next_turn(opinion_map: OpinionMap, actor: Actor) -> Turn:
    """Return what the reader is asked next, drawn by lot among what they have not answered."""
    rows = db.session.execute(
        select(
            MapStatement.public_id,
            MapStatement.number,
            MapStatement.text,
            StatementCount.agree,
            StatementCount.disagree,
            StatementCount.passed,
        )
        .outerjoin(StatementCount, StatementCount.statement_id == MapStatement.id)
        .where(MapStatement.map_id == opinion_map.id, MapStatement.status == StatementStatus.SHOWN)
        .order_by(MapStatement.number)
    ).all()
    own = own_values(opinion_map, actor)
    far = extremities(opinion_map)
    candidates = [
        Candidate(number, agree or 0, disagree or 0, passed or 0, far.get(number, 0.0))
        for _, number, _, agree, disagree, passed in rows
        if number not in own
    ]
    seed = f"{opinion_map.public_id}:{voter_key(opinion_map, actor) or ''}"
    drawn = next_of(candidates, seed, len(own))
    asked = next(
        (
            AnsweredStatement(public_id, number, text, None)
            for public_id, number, text, *_ in rows
            if drawn is not None and number == drawn.number
        ),
        None,
    )
    return Turn(asked, len(rows) - len(candidates), len(rows))


def list_own(opinion_map: OpinionMap, actor: Actor) -> list[AnsweredStatement]:
    """Return all statements that are asked, by number, each with the reader's own answer."""
    own = own_values(opinion_map, actor)
    rows = db.session.execute(
        select(MapStatement.public_id, MapStatement.number, MapStatement.text)
        .where(MapStatement.map_id == opinion_map.id, MapStatement.status == StatementStatus.SHOWN)
        .order_by(MapStatement.number)
    )
    return [
        AnsweredStatement(public_id, number, text, ANSWER_OF[own[number]] if number in own else None)
        for public_id, number, text in rows
    ]


def list_offered(opinion_map: OpinionMap, actor: Actor) -> list[MapStatement]:
    """Return what the reader offered here, oldest first."""
    key = voter_key(opinion_map, actor)
    if key is None:
        return []
    return list(
        db.session.scalars(
            select(MapStatement)
            .where(MapStatement.map_id == opinion_map.id, MapStatement.voter_key == key)
            .order_by(MapStatement.number)
        )
    )


def list_votes(opinion_map: OpinionMap) -> list[Vote]:
    """Return the votes that a map is computed from, under pseudonyms."""
    return read_votes(opinion_map).votes


def read_votes(opinion_map: OpinionMap) -> VotesRead:
    """Return the votes of a map and the count of its changes, both of the same moment.

    One statement reads both, so that on either database no vote is among the ones and not in the other. A
    statement decided on right after it is in the map and still counts as a later change: never the reverse.
    """
    rows = db.session.execute(
        select(MapCount.changes, MapVoter.public_id, MapStatement.number, MapVote.value)
        .select_from(MapCount)
        .outerjoin(MapVote, MapVote.map_id == MapCount.map_id)
        .outerjoin(MapVoter, MapVoter.id == MapVote.voter_id)
        .outerjoin(MapStatement, MapStatement.id == MapVote.statement_id)
        .where(MapCount.map_id == opinion_map.id)
    ).all()
    shown, merged = _standing(opinion_map)
    given = ((who, number, value) for _, who, number, value in rows if who is not None)
    return VotesRead(votes_that_count(given, shown, merged), rows[0][0] if rows else 0)


def kept_counts(opinion_map: OpinionMap) -> Counts:
    """Return what is counted, as kept."""
    row = db.session.execute(
        select(MapCount.voters, MapCount.votes).where(MapCount.map_id == opinion_map.id)
    ).one_or_none()
    voters, votes = row if row else (0, 0)
    rows = db.session.execute(
        select(
            StatementCount.statement_id, StatementCount.agree, StatementCount.disagree, StatementCount.passed
        ).where(StatementCount.map_id == opinion_map.id)
    )
    return Counts(voters, votes, {each[0]: (each[1], each[2], each[3]) for each in rows if any(each[1:])})


def recount(opinion_map: OpinionMap) -> Counts:
    """Return what is counted, counted one by one."""
    statements: dict[int, tuple[int, int, int]] = {}
    place = {1: 0, -1: 1, 0: 2}
    for statement_id, value, count in db.session.execute(
        select(MapVote.statement_id, MapVote.value, func.count())
        .where(MapVote.map_id == opinion_map.id)
        .group_by(MapVote.statement_id, MapVote.value)
    ):
        counted = list(statements.get(statement_id, (0, 0, 0)))
        counted[place[value]] = count
        statements[statement_id] = (counted[0], counted[1], counted[2])
    voters = db.session.scalar(
        select(func.count(func.distinct(MapVote.voter_id))).where(MapVote.map_id == opinion_map.id)
    )
    return Counts(voters or 0, sum(sum(each) for each in statements.values()), statements)


def _standing(opinion_map: OpinionMap) -> tuple[set[int], dict[int, int]]:
    """Return the numbers of what is asked, and what was merged into what."""
    rows = db.session.execute(
        select(MapStatement.id, MapStatement.number, MapStatement.status, MapStatement.merged_into_id).where(
            MapStatement.map_id == opinion_map.id
        )
    ).all()
    numbers = {each_id: number for each_id, number, _, _ in rows}
    shown = {number for _, number, status, _ in rows if status is StatementStatus.SHOWN}
    merged = {
        number: numbers[target]
        for _, number, status, target in rows
        if status is StatementStatus.MERGED and target is not None
    }
    return shown, merged
