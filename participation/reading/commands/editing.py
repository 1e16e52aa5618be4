"""Changing topics by hand (話題を直す): names, merging, splitting, moving; the machine's first sorting stays beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.lazily import lazily
from participation.foundation.text import clean, clean_line
from participation.reading.domain.runs import MAX_LABEL, MAX_NOTE, TopicsStatus
from participation.reading.events import TopicsChanged, TopicsSignedOff
from participation.reading.models import Topic, TopicMember, TopicRun, TopicSentence
from participation.reading.queries import runs

if TYPE_CHECKING:
    from participation.reading.domain import topics
else:  # It loads scipy, which few commands need.
    topics = lazily("participation.reading.domain.topics")

MOST_AT_ONCE = 200
STALE = "ほかの職員が、先にこの話題を直しました。いまの内容を見てから、もう一度直してください。"
NOT_CHOSEN = "意見を選んでください。"


def rename_topic(topic: Topic, label: str, note: str, *, version: int, by: Actor) -> None:
    """Name a topic, and write what staff have to say about it."""
    run = runs.get_run_to_change(topic)
    access.require(by, "reading.change_topics", run)
    _refuse_gone(topic)
    if topic.version != version:
        raise Conflict(STALE)
    topic.label, topic.note = _label(label), clean(note)[:MAX_NOTE]
    topic.version += 1
    audit.record(by, "reading.change_topics", topic, changes={"renamed": topic.public_id})
    events.publish(TopicsChanged(run.id))


def merge_topics(topic: Topic, into: Topic, *, by: Actor) -> None:
    """Put all opinions of a topic into another one; its subtopics go with them."""
    run = runs.get_run_to_change(topic)
    access.require(by, "reading.change_topics", run)
    _refuse_gone(topic)
    if into.run_id != run.id or into.id == topic.id or into.merged_into_id is not None:
        raise Refused("まとめる先の話題を選んでください。", field="into")
    if topic.is_other:
        raise Refused(
            "「その他」は、ほかの話題にまとめられません。意見を選んで移してください。", field="into"
        )
    if topic.parent_id is None and into.parent_id == topic.id:
        raise Refused("話題を、その中の小さな話題にまとめることはできません。", field="into")
    parent = into.parent_id or into.id
    below = into.id if into.parent_id else None
    if topic.parent_id is None:
        kept = db.session.scalars(
            select(Topic).where(Topic.parent_id == topic.id, Topic.merged_into_id.is_(None))
        ).all()
        for child in kept:
            child.parent_id = parent
            if below is not None:
                child.merged_into_id = below
        where = TopicMember.topic_id == topic.id
    else:
        where = TopicMember.subtopic_id == topic.id
    values: dict[str, object] = {"topic_id": parent}
    if topic.parent_id is not None or below is not None:
        values["subtopic_id"] = below
    _move(where, values, run, by)
    last = db.session.scalar(
        select(func.max(TopicSentence.position)).where(TopicSentence.topic_id == into.id)
    )
    db.session.execute(
        update(TopicSentence)
        .where(TopicSentence.topic_id == topic.id)
        .values(topic_id=into.id, position=TopicSentence.position + (last or 0) + 1)
    )
    into.stances = {
        side: into.stances.get(side, 0) + topic.stances.get(side, 0) for side in ("for", "against")
    }
    topic.merged_into_id = into.id
    topic.version += 1
    into.version += 1
    audit.record(
        by, "reading.change_topics", topic, changes={"merged": topic.public_id, "into": into.public_id}
    )
    events.publish(TopicsChanged(run.id))


def split_topic(topic: Topic, opinions: Sequence[str], label: str, *, by: Actor) -> Topic:
    """Make a topic of its own, beside this one, of some of its opinions."""
    run = runs.get_run_to_change(topic)
    access.require(by, "reading.change_topics", run)
    _refuse_gone(topic)
    members = _members(run, opinions)
    here = [each for each in members if topic.id == (each.subtopic_id if topic.parent_id else each.topic_id)]
    if not here:
        raise Refused(NOT_CHOSEN)
    texts, ids = runs.texts_of([each.opinion_id for each in here])
    found = topics.summary_of(texts)
    new = Topic(
        run_id=run.id,
        parent_id=topic.parent_id,
        position=1 + (db.session.scalar(select(func.max(Topic.position)).where(Topic.run_id == run.id)) or 0),
        label=_label(label),
        terms=list(found.terms),
        stances=dict(found.stances),
        x=sum(each.x for each in here) / len(here),
        y=sum(each.y for each in here) / len(here),
        merged_into_id=None,
    )
    db.session.add(new)
    db.session.flush()
    values: dict[str, object] = (
        {"topic_id": topic.parent_id, "subtopic_id": new.id}
        if topic.parent_id
        else {"topic_id": new.id, "subtopic_id": None}
    )
    moved = [each.id for each in here]
    _move(TopicMember.id.in_(moved), values, run, by)
    for place, quotation in enumerate(found.sentences):
        db.session.add(
            TopicSentence(
                topic_id=new.id, opinion_id=ids[quotation.id], position=place, words=quotation.words
            )
        )
    audit.record(by, "reading.change_topics", new, changes={"split": topic.public_id, "opinions": len(moved)})
    events.publish(TopicsChanged(run.id))
    return new


def move_opinions(topic: Topic, opinions: Sequence[str], *, by: Actor) -> int:
    """Move opinions into a topic, or into a part of one; return how many."""
    run = runs.get_run_to_change(topic)
    access.require(by, "reading.change_topics", run)
    _refuse_gone(topic)
    moved = [each.id for each in _members(run, opinions)]
    if not moved:
        raise Refused(NOT_CHOSEN)
    values: dict[str, object] = (
        {"topic_id": topic.parent_id, "subtopic_id": topic.id}
        if topic.parent_id
        else {"topic_id": topic.id, "subtopic_id": None}
    )
    _move(TopicMember.id.in_(moved), values, run, by)
    audit.record(by, "reading.change_topics", topic, changes={"moved": len(moved), "into": topic.public_id})
    events.publish(TopicsChanged(run.id))
    return len(moved)


def sign_off_topics(run: TopicRun, *, by: Actor) -> None:
    """Stand by the topics as they are (確定)."""
    access.require(by, "reading.sign_off")
    db.session.refresh(run, with_for_update=True)
    if run.status is TopicsStatus.SIGNED_OFF:
        raise Refused("もう確定しています。")
    run.status, run.signed_at, run.signed_by_id = TopicsStatus.SIGNED_OFF, clock.now(), by.person_id
    audit.record(by, "reading.sign_off", run, changes={"status": run.status.value})
    events.publish(TopicsSignedOff(run.id))


def reopen_topics(run: TopicRun, *, by: Actor) -> None:
    """Take the signing off back, so that topics can be changed again."""
    access.require(by, "reading.sign_off")
    db.session.refresh(run, with_for_update=True)
    if run.status is TopicsStatus.DRAFT:
        raise Refused("まだ確定していません。")
    run.status, run.signed_at, run.signed_by_id = TopicsStatus.DRAFT, None, None
    audit.record(by, "reading.sign_off", run, changes={"status": run.status.value})
    events.publish(TopicsChanged(run.id))


def _refuse_gone(topic: Topic) -> None:
    db.session.refresh(topic)
    if topic.merged_into_id is not None:
        raise Refused("この話題は、もうほかの話題にまとめられています。")


def _label(label: str) -> str:
    plain = clean_line(label)
    if not plain:
        raise Refused("話題の名前を書いてください。", field="label")
    if len(plain) > MAX_LABEL:
        raise Refused(f"話題の名前は{MAX_LABEL}文字までです。", field="label")
    return plain


def _members(run: TopicRun, opinions: Sequence[str]) -> list[TopicMember]:
    if len(opinions) > MOST_AT_ONCE:
        raise Refused(f"一度に選べるのは{MOST_AT_ONCE}件までです。")
    return runs.members_of(run.id, opinions)


def _move(where: object, values: dict[str, object], run: TopicRun, by: Actor) -> None:
    db.session.execute(
        update(TopicMember)
        .where(TopicMember.run_id == run.id, where)  # type: ignore[arg-type]
        .values(**values, moved_at=clock.now(), moved_by_id=by.person_id)
        .execution_options(synchronize_session=False)
    )
