"""Runs and what they read: texts of standing opinions, members, labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility, cover, covering_of, find_personal_data
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.opinions.models import Opinion
from participation.opinions.queries.counting import stands
from participation.people.models import Person
from participation.reading.domain.runs import Settled
from participation.reading.domain.texts import Text
from participation.reading.models import Topic, TopicLabel, TopicMember, TopicRun

_PORTION = 2000


def about(consultation_id: int | None) -> str:
    """Return what long runs of reading are about, as `LongRun.about` has it."""
    return f"reading:{consultation_id or 'all'}"


def is_readable() -> ColumnElement[bool]:
    """Return the condition under which an opinion is read: it stands, and its words are still there."""
    return and_(stands(), Contribution.visibility != Visibility.ERASED)


def masked(words: str) -> str:
    """Return words with what looks like personal data covered."""
    return cover(words, [covering_of(passage) for passage in find_personal_data(words)])


def read_texts(consultation_id: int | None, *, after: int = 0) -> Iterator[tuple[int, Text]]:
    """Read (opinion, its text) of a consultation, portion by portion; the id of a text is that of its opinion."""
    while True:
        query = (
            select(Opinion.id, Opinion.public_id, Contribution.body)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Opinion.id > after, is_readable())
        )
        if consultation_id is not None:
            query = query.where(Opinion.consultation_id == consultation_id)
        rows = db.session.execute(query.order_by(Opinion.id).limit(_PORTION)).all()
        for opinion_id, public_id, body in rows:
            yield opinion_id, Text(public_id, body)
            after = opinion_id
        if len(rows) < _PORTION:
            return


def texts_of(opinion_ids: Sequence[int]) -> tuple[list[Text], dict[str, int]]:
    """Return the texts of some opinions in their order, and which opinion each is of."""
    rows = db.session.execute(
        select(Opinion.id, Opinion.public_id, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.id.in_(opinion_ids), is_readable())
        .order_by(Opinion.id)
    ).all()
    return [Text(row.public_id, row.body) for row in rows], {row.public_id: row.id for row in rows}


def get_run(public_id: str) -> TopicRun:
    """Return a run; raises NotFound."""
    run = db.session.scalar(select(TopicRun).where(TopicRun.public_id == public_id))
    if run is None:
        raise NotFound
    return run


def get_topic(public_id: str) -> Topic:
    """Return a topic; raises NotFound."""
    topic = db.session.scalar(select(Topic).where(Topic.public_id == public_id))
    if topic is None:
        raise NotFound
    return topic


def public_id_of(topic_id: int) -> str:
    """Return the public id of a topic."""
    return db.session.get_one(Topic, topic_id).public_id


def get_run_to_change(topic: Topic) -> TopicRun:
    """Return the run of a topic and keep it from being changed by others until the commit."""
    return db.session.get_one(TopicRun, topic.run_id, with_for_update=True, populate_existing=True)


def opinions_in(topic: str) -> Select[Any]:
    """Select the opinions that are in a topic, or in a part of one (by its public id)."""
    return (
        select(TopicMember.opinion_id)
        .join(Topic, (Topic.id == TopicMember.topic_id) | (Topic.id == TopicMember.subtopic_id))
        .where(Topic.public_id == topic)
    )


def run_of(topic: Topic) -> TopicRun:
    """Return the run of a topic."""
    return db.session.get_one(TopicRun, topic.run_id)


def find_latest_run(consultation_id: int | None) -> TopicRun | None:
    """Return the run that stands for a consultation: the latest one signed off, else the latest."""
    where = (
        TopicRun.consultation_id.is_(None)
        if consultation_id is None
        else TopicRun.consultation_id == consultation_id
    )
    order = (TopicRun.signed_at.is_(None), TopicRun.id.desc())
    return db.session.scalars(select(TopicRun).where(where).order_by(*order).limit(1)).first()


def members_of(run_id: int, opinions: Sequence[str]) -> list[TopicMember]:
    """Return the members of a run that are these opinions (public ids)."""
    return list(
        db.session.scalars(
            select(TopicMember)
            .join(Opinion, Opinion.id == TopicMember.opinion_id)
            .where(TopicMember.run_id == run_id, Opinion.public_id.in_(opinions))
            .order_by(TopicMember.place, TopicMember.id)
        )
    )


def standing_members(run_id: int) -> list[int]:
    """Return the opinions of a run that can still be read, in their order."""
    return list(
        db.session.scalars(
            select(TopicMember.opinion_id)
            .join(Opinion, Opinion.id == TopicMember.opinion_id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(TopicMember.run_id == run_id, is_readable())
            .order_by(TopicMember.opinion_id)
        )
    )


def find_label(run_id: int, opinion: str, person_id: int | None) -> TopicLabel | None:
    """Return the place of an opinion in somebody's sample."""
    return db.session.scalar(
        select(TopicLabel)
        .join(Opinion, Opinion.id == TopicLabel.opinion_id)
        .where(TopicLabel.run_id == run_id, TopicLabel.person_id == person_id, Opinion.public_id == opinion)
    )


def settled_in(run: TopicRun) -> list[Settled]:
    """Return the opinions of a run with where they are now: a part of a topic counts as its topic."""
    rows = db.session.execute(
        select(
            Opinion.public_id,
            Contribution.body,
            TopicMember.topic_id,
            Topic.is_other,
            TopicMember.x,
            TopicMember.y,
        )
        .join(Opinion, Opinion.id == TopicMember.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Topic, Topic.id == TopicMember.topic_id)
        .where(TopicMember.run_id == run.id, is_readable())
        .order_by(TopicMember.opinion_id)
    ).all()
    return [
        Settled(Text(row.public_id, row.body), None if row.is_other else row.topic_id, (row.x, row.y))
        for row in rows
    ]


@dataclass(frozen=True)
class RunRow:
    """A run in the list."""

    run: TopicRun
    title: str
    code: str
    topics: int
    asked_by: str


def list_runs(*, limit: int = 50) -> list[RunRow]:
    """Return the runs, the latest first. One query."""
    topics = (
        select(func.count())
        .where(
            Topic.run_id == TopicRun.id,
            Topic.parent_id.is_(None),
            Topic.merged_into_id.is_(None),
            Topic.is_other.is_(False),
        )
        .correlate(TopicRun)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(TopicRun, Consultation.title, Consultation.code, topics, Person.nickname)
        .outerjoin(Consultation, Consultation.id == TopicRun.consultation_id)
        .outerjoin(Person, Person.id == TopicRun.asked_by_id)
        .order_by(TopicRun.id.desc())
        .limit(limit)
    ).all()
    return [
        RunRow(run, title or "すべての案件", code or "all", count, name or "システム")
        for run, title, code, count, name in rows
    ]


@dataclass(frozen=True)
class Readable:
    """A consultation whose opinions can be sorted."""

    code: str
    title: str
    opinions: int


def list_readable() -> list[Readable]:
    """Return the consultations to which somebody said something, the latest first. One query."""
    rows = db.session.execute(
        select(Consultation.code, Consultation.title, func.count())
        .join(Opinion, Opinion.consultation_id == Consultation.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(is_readable())
        .group_by(Consultation.id, Consultation.code, Consultation.title)
        .order_by(Consultation.id.desc())
    ).all()
    return [Readable(*row) for row in rows]


def count_new(run: TopicRun) -> int:
    """Return how many opinions came after a run and may join it."""
    return db.session.scalar(_count_new(run)) or 0


def _count_new(run: TopicRun) -> Select[int]:
    query = (
        select(func.count())
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.id > run.last_opinion_id, is_readable())
    )
    if run.consultation_id is not None:
        query = query.where(Opinion.consultation_id == run.consultation_id)
    return query


@dataclass(frozen=True)
class SignedOff:
    """Who stands by the topics, since when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class RunState:
    """How a run stands: what came after it, and who stands by it."""

    new_count: int
    signed: SignedOff | None


def state_of(run: TopicRun) -> RunState:
    """Return what came after a run, and who signed it off. One query."""
    signer = select(Person.nickname).where(Person.id == run.signed_by_id).scalar_subquery()
    count, name = db.session.execute(select(_count_new(run).scalar_subquery(), signer)).one()
    return RunState(count, SignedOff(name or "システム", run.signed_at) if run.signed_at else None)
