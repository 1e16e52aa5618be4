"""Keeping the index of letters, the published answers, and the comparison of opinions without a point."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.opinions.models import Opinion
from participation.reading.domain.comparing import Compared
from participation.reading.domain.finding import kept_of, numbers_of
from participation.reading.events import NewTopicsHeard
from participation.reading.models import (
    IndexedOpinion,
    OpinionPair,
    PublishedAnswer,
    TopicWatch,
    Uncovered,
)

COMPARE = "reading.compare"
#: Opinions are put into the index in portions of so many.
AT_ONCE = 500
#: Under these an opinion is not looked for.
NOT_FOUND = (Visibility.WITHDRAWN, Visibility.ERASED, Visibility.HIDDEN)


def index_some(*, by: Actor) -> int:
    """Put opinions that are not in the index into it, the oldest first; return how many, at most AT_ONCE."""
    access.require(by, "reading.index")
    rows = db.session.execute(
        select(Opinion, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            ~select(IndexedOpinion.opinion_id).where(IndexedOpinion.opinion_id == Opinion.id).exists(),
            Contribution.visibility.not_in(NOT_FOUND),
        )
        .order_by(Opinion.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return 0
    now = clock.now()
    db.session.execute(
        insert(IndexedOpinion), [{"opinion_id": row.Opinion.id, "indexed_at": now} for row in rows]
    )
    pairs = [
        {"pair": pair, "opinion_id": row.Opinion.id} for row in rows for pair in kept_of(numbers_of(row.body))
    ]
    if pairs:
        db.session.execute(insert(OpinionPair), pairs)
    audit.record(by, "reading.index", rows[-1].Opinion, {"opinions": len(rows)})
    return len(rows)


def take_out(contribution_id: int, *, by: Actor) -> None:
    """Take an opinion out of the index, because its words changed or may not be found; what may be comes in again."""
    access.require(by, "reading.index")
    opinion = db.session.scalars(
        select(Opinion)
        .join(IndexedOpinion, IndexedOpinion.opinion_id == Opinion.id)
        .where(Opinion.contribution_id == contribution_id)
    ).one_or_none()
    if opinion is None:
        return  # It is no opinion, or not in the index.
    for table in (OpinionPair, IndexedOpinion, Uncovered):
        db.session.execute(delete(table).where(table.opinion_id == opinion.id))
    audit.record(by, "reading.index", opinion, {"opinions": -1})


def keep_answer(path: str, text: str, *, by: Actor) -> None:
    """Keep what the ward answered at an address; a correction takes the place of what stood there."""
    access.require(by, "reading.index")
    values = {"path": path, "text": text, "answered_at": clock.now(), "ended_at": None}
    kept = db.session.scalars(select(PublishedAnswer).where(PublishedAnswer.path == path)).one_or_none()
    if kept is None:
        insert_once(PublishedAnswer, values, unique=["path"])
        kept = db.session.scalars(select(PublishedAnswer).where(PublishedAnswer.path == path)).one()
    elif (kept.text, kept.ended_at) == (text, None):
        return  # One reply answers many: it is told to each.
    else:
        kept.text, kept.answered_at, kept.ended_at = text, clock.now(), None
    audit.record(by, "reading.index", kept)


def end_answer(path: str, *, by: Actor) -> None:
    """Note that what stood at an address was taken back: it is no answer any more."""
    access.require(by, "reading.index")
    kept = db.session.scalars(
        select(PublishedAnswer).where(PublishedAnswer.path == path, PublishedAnswer.ended_at.is_(None))
    ).one_or_none()
    if kept is not None:
        kept.ended_at = clock.now()
        audit.record(by, "reading.index", kept)


def ask_to_compare(consultation: Consultation, *, by: Actor) -> LongRun:
    """Have the opinions of a consultation that are in no point compared with those that are; one run at a time."""
    access.require(by, "reading.compare")
    about = f"consultation:{consultation.id}"
    waiting = next((run for run in long_runs.list_about(about, kinds=(COMPARE,)) if run.is_open), None)
    run = waiting or long_runs.start(
        COMPARE,
        {"consultation": consultation.id},
        by=by,
        title=f"論点のない意見を比べる：{consultation.title}",
        about=about,
        page={"consultation": consultation.code},
    )
    audit.record(by, "reading.compare", consultation)
    return run


def record_compared(consultation_id: int, compared: Sequence[Compared], *, by: Actor) -> int:
    """Keep a comparison in place of the one before; return how many opinions begin a new topic."""
    access.require(by, "reading.compare")
    consultation = db.session.get_one(Consultation, consultation_id)
    told = set(
        db.session.scalars(
            select(Uncovered.opinion_id).where(
                Uncovered.consultation_id == consultation_id, Uncovered.leads_id.is_not(None)
            )
        )
    )
    db.session.execute(delete(Uncovered).where(Uncovered.consultation_id == consultation_id))
    now = clock.now()
    if compared:
        db.session.execute(
            insert(Uncovered),
            [
                {
                    "opinion_id": each.opinion_id,
                    "consultation_id": consultation_id,
                    "likeness": each.likeness,
                    "nearest_id": each.nearest_id,
                    "leads_id": each.leads_id,
                    "compared_at": now,
                }
                for each in compared
            ],
        )
    members: dict[int, set[int]] = {}
    for each in compared:
        if each.leads_id is not None:
            members.setdefault(each.leads_id, set()).add(each.opinion_id)
    # A topic of which somebody was told grows: it is none that is new.
    fresh = tuple(sorted(leads for leads, some in members.items() if not some & told))
    audit.record(by, "reading.compare", consultation, {"opinions": len(compared), "new_topics": len(members)})
    if fresh:
        events.publish(NewTopicsHeard(consultation_id, fresh))
    return len(members)


def watch_topics(consultation: Consultation, *, wants: bool, by: Actor) -> None:
    """Let whoever asks hear by mail of new topics in a consultation, or no longer."""
    access.require(by, "reading.watch")
    own = (TopicWatch.person_id == by.person_id, TopicWatch.consultation_id == consultation.id)
    if wants:
        values = {"person_id": by.person_id, "consultation_id": consultation.id, "began_at": clock.now()}
        if db.session.scalar(select(TopicWatch.person_id).where(*own)) is None:
            db.session.add(TopicWatch(**values))
    else:
        db.session.execute(delete(TopicWatch).where(*own))
    audit.record(by, "reading.watch", consultation, {"wants": wants})
