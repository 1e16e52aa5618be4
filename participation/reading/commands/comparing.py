"""Comparing people and machine (人による確かめ): a sample drawn by lot, labelled without seeing the machine's answer."""

from __future__ import annotations

import random

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.reading.domain.runs import SAMPLE_SIZES
from participation.reading.events import TopicsChanged
from participation.reading.models import Topic, TopicLabel, TopicMember, TopicRun
from participation.reading.queries import runs


def draw_sample(run: TopicRun, size: int, *, by: Actor) -> int:
    """Draw by lot the opinions that somebody labels; everybody who labels gets the same ones. Return how many."""
    access.require(by, "reading.label")
    if by.person_id is None or size not in SAMPLE_SIZES:
        raise Refused("件数を選んでください。", field="size")
    if db.session.scalar(
        select(TopicLabel.id)
        .where(TopicLabel.run_id == run.id, TopicLabel.person_id == by.person_id)
        .limit(1)
    ):
        raise Refused("もう始めています。続きから選んでください。")
    ids = runs.standing_members(run.id)
    lots = random.Random(f"{run.texts_sha256}:{run.seed}")  # noqa: S311 (the same lot for everybody, guards nothing)
    lots.shuffle(ids)  # Whoever looks at more has those of the others among them.
    drawn = ids[:size]
    if not drawn:
        raise Refused("意見がありません。")
    for position, opinion_id in enumerate(drawn):
        db.session.add(
            TopicLabel(
                run_id=run.id,
                person_id=by.person_id,
                opinion_id=opinion_id,
                position=position,
                topic_id=None,
                labelled_at=None,
            )
        )
    audit.record(by, "reading.label", run, changes={"drawn": len(drawn)})
    return len(drawn)


def label_opinion(run: TopicRun, opinion: str, topic: Topic, *, by: Actor) -> None:
    """Say what an opinion of one's sample is about."""
    access.require(by, "reading.label")
    label = runs.find_label(run.id, opinion, by.person_id)
    if label is None:
        raise NotFound
    if topic.run_id != run.id or topic.parent_id is not None:
        raise Refused("話題を選んでください。", field="topic")
    member = db.session.scalar(
        select(TopicMember.id).where(TopicMember.run_id == run.id, TopicMember.opinion_id == label.opinion_id)
    )
    if member is None:
        raise NotFound
    label.topic_id, label.labelled_at = topic.id, clock.now()
    audit.record(by, "reading.label", run, changes={"labelled": label.position})
    events.publish(TopicsChanged(run.id))
