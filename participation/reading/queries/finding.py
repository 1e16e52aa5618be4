"""Finding opinions like another, what was answered to such ones, and opinions that are like none in a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.lazily import lazily
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.opinions.domain import STAGE_NAMES, STAGES, OpinionStage
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.counting import heard, people_said
from participation.people.models import Person
from participation.reading.domain.comparing import Voice
from participation.reading.domain.finding import (
    COMPARED,
    LEAST,
    Degree,
    alike,
    asked_of,
    common_terms,
    degree_of,
    numbers_of,
)
from participation.reading.models import IndexedOpinion, OpinionPair, PublishedAnswer, TopicWatch, Uncovered
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")

SHOWN = 10
ANSWERS_SHOWN = 5
UNCOVERED_SHOWN = 20
#: What came within so many days is new.
NEW_WITHIN = timedelta(days=14)
#: Under these an opinion is neither shown nor compared.
NOT_FOUND = (Visibility.WITHDRAWN, Visibility.ERASED, Visibility.HIDDEN)
IN_WORK = (ConsultationStatus.OPEN, ConsultationStatus.CLOSED_PREPARING)
IN_A_POINT = STAGES[STAGES.index(OpinionStage.GROUPED) :]
ANSWERED = STAGES[STAGES.index(OpinionStage.ANSWERED) :]
#: The page of a point: answers to what belongs to no point only say so.
ANSWER_OF_A_POINT = "/points/%"


@dataclass(frozen=True)
class FoundOpinion:
    """An opinion as the pages of finding show it."""

    opinion_id: int
    public_id: str
    number: int
    body: str
    consultation: str
    subject: str
    subject_path: str
    stage: str
    in_point: bool
    received_at: datetime
    text_key: str
    answer_path: str


@dataclass(frozen=True)
class Like:
    """An opinion like the one asked about; how many have the very same text; which words both have."""

    opinion: FoundOpinion
    degree: Degree
    terms: tuple[str, ...]
    same_text: int = 1
    #: What the ward answered; empty: nothing, or only the address is known.
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """What is like an opinion."""

    opinion: FoundOpinion
    #: Whether its own letters are in the index; they are a moment after it arrived.
    is_indexed: bool
    likes: tuple[Like, ...]
    answered: tuple[Like, ...]


def find_like(public_id: str) -> Found:
    """Return what is like an opinion, most alike first; raises NotFound. Seven queries, however many opinions there are."""
    row = db.session.execute(_found().where(Opinion.public_id == public_id)).one_or_none()
    if row is None or row.visibility in NOT_FOUND:
        raise NotFound
    own = _as_found(row)
    numbers = numbers_of(own.body)
    total = db.session.scalar(select(func.count()).select_from(IndexedOpinion)) or 0
    is_indexed = db.session.get(IndexedOpinion, own.opinion_id) is not None
    counts = _counts(numbers)
    asked = asked_of(counts)
    anywhere = _candidates(asked, own.opinion_id)
    answered = _candidates(
        asked, own.opinion_id, Opinion.stage.in_(ANSWERED), Opinion.answer_path.like(ANSWER_OF_A_POINT)
    )
    rows = _ranked(own, numbers, counts, total, {*anywhere, *answered})
    likes = _once(own, [each for each in rows if each[1].opinion_id in anywhere])
    before = _once(own, [each for each in rows if each[1].opinion_id in answered])
    return Found(own, is_indexed, likes[:SHOWN], _with_answers(before[: ANSWERS_SHOWN * 3])[:ANSWERS_SHOWN])


def _counts(numbers: frozenset[int]) -> dict[int, int]:
    if not numbers:
        return {}
    rows = db.session.execute(
        select(OpinionPair.pair, func.count()).where(OpinionPair.pair.in_(numbers)).group_by(OpinionPair.pair)
    )
    return dict(rows.all())


def _candidates(asked: Sequence[int], own_id: int, *conditions: ColumnElement[bool]) -> set[int]:
    """Return the opinions that share most of the pairs asked for."""
    if not asked:
        return set()
    statement = select(OpinionPair.opinion_id).where(
        OpinionPair.pair.in_(asked), OpinionPair.opinion_id != own_id
    )
    if conditions:
        statement = statement.join(Opinion, Opinion.id == OpinionPair.opinion_id).where(*conditions)
    return set(
        db.session.scalars(
            statement.group_by(OpinionPair.opinion_id)
            .order_by(func.count().desc(), OpinionPair.opinion_id)
            .limit(COMPARED)
        )
    )


_Ranked = list[tuple[float, FoundOpinion]]


def _ranked(
    own: FoundOpinion, numbers: frozenset[int], counts: dict[int, int], total: int, ids: set[int]
) -> _Ranked:
    if not ids:
        return []
    rows = db.session.execute(_found().where(Opinion.id.in_(ids), Contribution.visibility.not_in(NOT_FOUND)))
    found = [_as_found(row) for row in rows]
    valued = [(alike(numbers, numbers_of(each.body), counts, total), each) for each in found]
    return sorted(
        (each for each in valued if each[0] >= LEAST), key=lambda each: (-each[0], each[1].opinion_id)
    )


def _once(own: FoundOpinion, ranked: _Ranked) -> tuple[Like, ...]:
    """Return each text once, with how many have it."""
    first: dict[str, tuple[float, FoundOpinion]] = {}
    times: dict[str, int] = {}
    for value, each in ranked:
        first.setdefault(each.text_key, (value, each))
        times[each.text_key] = times.get(each.text_key, 0) + 1
    return tuple(
        Like(each, degree_of(value), tuple(common_terms(own.body, each.body)), times[key])
        for key, (value, each) in first.items()
    )


def _with_answers(likes: Sequence[Like]) -> tuple[Like, ...]:
    """Return each answer once, with its words, under the opinion most like the one asked about; not what was taken back."""
    if not likes:
        return ()
    paths = {each.opinion.answer_path for each in likes}
    kept = {
        row.path: row
        for row in db.session.scalars(select(PublishedAnswer).where(PublishedAnswer.path.in_(paths)))
    }
    first: dict[str, Like] = {}
    for each in likes:
        path = each.opinion.answer_path
        answer = kept.get(path)
        if path in first or (answer is not None and answer.ended_at is not None):
            continue
        first[path] = Like(
            each.opinion,
            each.degree,
            each.terms,
            each.same_text,
            answer.text if answer else "",
            answer.answered_at if answer else None,
        )
    return tuple(first.values())


def _found() -> Select[Any]:
    statement: Any = (
        select(
            Opinion,
            Contribution.body,
            Contribution.visibility,
            Contribution.said_at,
            Consultation.title.label("consultation"),
            Subject.title.label("subject"),
            Subject.kind,
            Subject.reference,
        )
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Consultation, Consultation.id == Opinion.consultation_id)
        .join(Subject, Subject.id == Contribution.subject_id)
    )
    return statement  # type: ignore[no-any-return]


def _as_found(row: Any) -> FoundOpinion:
    opinion: Opinion = row.Opinion
    return FoundOpinion(
        opinion_id=opinion.id,
        public_id=opinion.public_id,
        number=opinion.number,
        body=row.body,
        consultation=row.consultation,
        subject=excerpt(row.subject, 60),
        subject_path=path_of(row.kind, row.reference),
        stage=STAGE_NAMES[opinion.stage],
        in_point=opinion.stage in IN_A_POINT,
        received_at=row.said_at,
        text_key=opinion.text_key,
        answer_path=opinion.answer_path,
    )


# ── Opinions that are like none in a point ──────────────────────────────────────────────────


@dataclass(frozen=True)
class UncoveredRow:
    """An opinion in no point, and the one in a point that is most like it."""

    opinion: FoundOpinion
    degree: Degree | None
    nearest_public_id: str
    nearest_number: int


@dataclass(frozen=True)
class NewTopic:
    """Something that several people speak of lately and nobody did before (新しい話題)."""

    leader: FoundOpinion
    opinions: int
    people: int


@dataclass(frozen=True)
class UncoveredPage:
    """Opinions of a consultation that are in no point, the least like those in a point first."""

    consultation: Consultation
    rows: Page[UncoveredRow]
    compared_at: datetime | None
    total: int
    #: How many opinions are in a point by now.
    grouped: int
    new_topics: tuple[NewTopic, ...]
    run: LongRun | None


def list_uncovered(consultation: Consultation, edge: Edge) -> UncoveredPage:
    """Return the opinions in no point by the last comparison, those like nothing in a point first. Six queries."""
    nearest = aliased(Opinion)
    still = (
        Uncovered.consultation_id == consultation.id,
        Opinion.stage.not_in(IN_A_POINT),
        Contribution.visibility.not_in(NOT_FOUND),
    )
    statement: Any = (
        _found()
        .add_columns(
            Uncovered.likeness,
            nearest.public_id.label("nearest_public_id"),
            nearest.number.label("nearest_number"),
        )
        .join(Uncovered, Uncovered.opinion_id == Opinion.id)
        .outerjoin(nearest, nearest.id == Uncovered.nearest_id)
        .where(*still)
    )
    ordered, backwards = keyset(
        statement, [Uncovered.likeness, Uncovered.opinion_id], edge, limit=UNCOVERED_SHOWN
    )
    rows = db.session.execute(ordered).all()
    shown = page(
        [
            UncoveredRow(
                _as_found(row),
                degree_of(row.likeness) if row.likeness >= LEAST else None,
                row.nearest_public_id or "",
                row.nearest_number or 0,
            )
            for row in rows
        ],
        [(row.likeness, row.Opinion.id) for row in rows],
        edge,
        limit=UNCOVERED_SHOWN,
        backwards=backwards,
    )
    total, compared_at = db.session.execute(
        select(func.count(), func.max(Uncovered.compared_at))
        .select_from(Uncovered)
        .join(Opinion, Opinion.id == Uncovered.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(*still)
    ).one()
    runs = long_runs.list_about(f"consultation:{consultation.id}", kinds=("reading.compare",), limit=1)
    grouped = db.session.scalar(
        select(func.count()).where(Opinion.consultation_id == consultation.id, Opinion.stage.in_(IN_A_POINT))
    )
    topics = list_new_topics(consultation.id)
    return UncoveredPage(
        consultation, shown, compared_at, total, grouped or 0, topics, runs[0] if runs else None
    )


def list_new_topics(consultation_id: int) -> tuple[NewTopic, ...]:
    """Return what several people speak of lately, of which nobody spoke before; the largest first. Two queries at most."""
    counts = heard(
        Uncovered.leads_id,
        Uncovered.consultation_id == consultation_id,
        Uncovered.leads_id.is_not(None),
        Opinion.stage.not_in(IN_A_POINT),
        through=(Uncovered, Uncovered.opinion_id == Opinion.id),
    ).subquery()
    rows = db.session.execute(select(counts).order_by(counts.c.opinions.desc(), counts.c.group_id)).all()
    if not rows:
        return ()
    found = {
        row.Opinion.id: _as_found(row)
        for row in db.session.execute(
            _found().where(
                Opinion.id.in_([row.group_id for row in rows]), Contribution.visibility.not_in(NOT_FOUND)
            )
        )
    }
    return tuple(
        NewTopic(found[row.group_id], int(row.opinions), int(row.people))
        for row in rows
        if row.group_id in found
    )


def is_watching(consultation: Consultation, actor: Actor) -> bool:
    """Return whether somebody hears by mail of new topics in a consultation. One query."""
    own = (TopicWatch.person_id == actor.person_id, TopicWatch.consultation_id == consultation.id)
    return db.session.scalar(select(TopicWatch.person_id).where(*own)) is not None


def list_watchers(consultation_id: int) -> list[str]:
    """Return the addresses of the staff who want to hear of new topics in a consultation. One query."""
    return list(
        db.session.scalars(
            select(Person.email)
            .join(TopicWatch, TopicWatch.person_id == Person.id)
            .where(
                TopicWatch.consultation_id == consultation_id,
                Person.is_staff,
                Person.email_confirmed_at.is_not(None),
            )
            .order_by(Person.id)
        )
    )


def count_new_topics() -> Select[Any]:
    """Select how many new topics wait to be read, in all consultations that wait to be answered."""
    return (
        select(func.count(Uncovered.leads_id.distinct()))
        .join(Opinion, Opinion.id == Uncovered.opinion_id)
        .join(Consultation, Consultation.id == Uncovered.consultation_id)
        .where(Opinion.stage.not_in(IN_A_POINT), Consultation.status.in_(IN_WORK))
    )


def voices_of(consultation_id: int) -> tuple[list[Voice], np.ndarray, np.ndarray]:
    """Return the opinions of a consultation that can be found, and their pairs as two arrays. Two queries."""
    indexed = (
        select(
            Opinion.id,
            Opinion.stage,
            Contribution.said_at,
            Submission.submitter_key,
            Submission.id,
            people_said(),
        )
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(IndexedOpinion, IndexedOpinion.opinion_id == Opinion.id)
        .where(Opinion.consultation_id == consultation_id, Contribution.visibility.not_in(NOT_FOUND))
    )
    voices = [
        Voice(opinion_id, stage in IN_A_POINT, said_at, speaker, sent, people)
        for opinion_id, stage, said_at, speaker, sent, people in db.session.execute(indexed)
    ]
    owners: list[np.ndarray] = []
    pairs: list[np.ndarray] = []
    statement = (
        select(OpinionPair.opinion_id, OpinionPair.pair)
        .join(Opinion, Opinion.id == OpinionPair.opinion_id)
        .where(Opinion.consultation_id == consultation_id)
    )
    # In portions: a million rows as objects would be most of the memory of the run.
    for portion in db.session.execute(statement).partitions(50_000):
        both = np.array(portion, dtype=np.int64)
        owners.append(both[:, 0])
        pairs.append(both[:, 1])
    empty = np.zeros(0, dtype=np.int64)
    return voices, np.concatenate(owners or [empty]), np.concatenate(pairs or [empty])


def new_since() -> datetime:
    """Return from when on what came is new."""
    return clock.now() - NEW_WITHIN


def list_in_work() -> Sequence[Consultation]:
    """Return the consultations that wait to be answered."""
    return db.session.scalars(
        select(Consultation)
        .where(
            Consultation.status.in_(IN_WORK),
            select(Opinion.id).where(Opinion.consultation_id == Consultation.id).exists(),
        )
        .order_by(Consultation.id)
    ).all()
