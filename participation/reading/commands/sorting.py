"""Sorting opinions into topics (話題分け): asked for by staff, done by a long run, kept as it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.ids import new_public_id
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.reading.domain.runs import OTHER, TopicsStatus
from participation.reading.events import TopicsFound, TopicsJoined
from participation.reading.models import Topic, TopicMember, TopicRun, TopicSentence
from participation.reading.queries.computing import Sorted, SortedNew
from participation.reading.queries.runs import about

if TYPE_CHECKING:
    from participation.reading.domain.topics import Topic as FoundTopic

#: The kinds of long runs.
TOPICS, JOIN = "reading.topics", "reading.join"
UNDER_WAY = "同じ処理が、順番待ちか処理中です。終わるまでお待ちください。"
_PORTION = 1000


def ask_for_topics(consultation: Consultation | None, *, seed: int = 0, by: Actor) -> LongRun:
    """Ask that the opinions of a consultation (None: of all) are sorted into topics, in the background."""
    access.require(by, "reading.sort")
    place = about(consultation.id if consultation else None)
    _refuse_twice(place)
    title = f"話題分け：{consultation.title if consultation else 'すべての案件'}"
    # The address of the result is that of the run itself: known before there is anything to see.
    public_id = new_public_id()
    run = long_runs.start(
        TOPICS,
        {"consultation": consultation.id if consultation else None, "seed": seed, "public_id": public_id},
        by=by,
        title=title,
        about=place,
        page={"public_id": public_id},
    )
    audit.record(by, "reading.sort", consultation or "all", changes={"asked": run.public_id, "seed": seed})
    return run


def ask_to_join(run: TopicRun, *, by: Actor) -> LongRun:
    """Ask that opinions that came later join the topics of a run."""
    access.require(by, "reading.sort")
    place = about(run.consultation_id)
    _refuse_twice(place)
    title = "新しい意見を話題に加える"
    if run.consultation_id is not None:
        title += f"：{db.session.get_one(Consultation, run.consultation_id).title}"
    asked = long_runs.start(
        JOIN, {"run": run.public_id}, by=by, title=title, about=place, page={"public_id": run.public_id}
    )
    audit.record(by, "reading.sort", run, changes={"join": asked.public_id})
    return asked


def _refuse_twice(place: str) -> None:
    if any(run.is_open for run in long_runs.list_about(place, kinds=(TOPICS, JOIN))):
        raise Refused(UNDER_WAY)


def record_topics(
    consultation_id: int | None,
    sorted_: Sorted,
    *,
    public_id: str,
    asked_by_id: int | None,
    by: Actor,
) -> TopicRun:
    """Keep what a machine found; done again after a stop, it is kept once."""
    access.require(by, "reading.record")
    kept = db.session.scalar(select(TopicRun).where(TopicRun.public_id == public_id))
    if kept is not None:
        return kept
    found = sorted_.found
    run = TopicRun(
        consultation_id=consultation_id,
        public_id=public_id,
        status=TopicsStatus.DRAFT,
        method=found.method,
        seed=found.seed,
        texts_sha256=sorted_.texts_sha256,
        result_sha256=sorted_.result_sha256,
        text_count=len(sorted_.opinions),
        stability=found.stability,
        coverage=found.coverage,
        warnings=list(found.warnings),
        seconds=sorted_.seconds,
        computed_at=clock.now(),
        asked_by_id=asked_by_id,
        last_opinion_id=sorted_.last_opinion_id,
        signed_at=None,
        signed_by_id=None,
    )
    db.session.add(run)
    db.session.flush()
    _keep_topics(run, sorted_)
    audit.record(by, "reading.record", run, changes={"topics": len(found.topics), "texts": run.text_count})
    events.publish(TopicsFound(run.id))
    return run


def _keep_topics(run: TopicRun, sorted_: Sorted) -> None:
    members: dict[str, dict[str, object]] = {}
    sentences: list[dict[str, object]] = []
    position = 0
    for found in sorted_.found.topics:
        topic = _kept(run, found, position, None)
        position += 1
        sentences += _quoted(topic, found, sorted_.opinions)
        for place, name in enumerate(found.members):
            x, y = sorted_.found.places.get(name, (0.0, 0.0))
            members[name] = {
                "run_id": run.id,
                "opinion_id": sorted_.opinions[name],
                "topic_id": topic.id,
                "subtopic_id": None,
                "machine_topic_id": topic.id,
                "machine_subtopic_id": None,
                "place": place,
                "x": x,
                "y": y,
            }
        for below in found.children:
            child = _kept(run, below, position, topic.id)
            position += 1
            sentences += _quoted(child, below, sorted_.opinions)
            for name in below.members:
                members[name] |= {"subtopic_id": child.id, "machine_subtopic_id": child.id}
    if not any(found.is_other for found in sorted_.found.topics):
        # Staff and later opinions need a place for what fits nowhere.
        db.session.add(
            Topic(
                run_id=run.id,
                parent_id=None,
                position=position,
                label=OTHER,
                machine_label=OTHER,
                terms=[],
                is_other=True,
                stances={},
                merged_into_id=None,
            )
        )
    _add_all(TopicMember, list(members.values()))
    _add_all(TopicSentence, sentences)


def _add_all(model: type[TopicMember] | type[TopicSentence], rows: Sequence[Mapping[str, object]]) -> None:
    for start in range(0, len(rows), _PORTION):
        db.session.execute(insert(model), [dict(row) for row in rows[start : start + _PORTION]])


def _kept(run: TopicRun, found: FoundTopic, position: int, parent_id: int | None) -> Topic:
    topic = Topic(
        run_id=run.id,
        parent_id=parent_id,
        position=position,
        label=found.label[:120],
        machine_label=found.label[:120],
        terms=list(found.terms),
        is_other=found.is_other,
        stances=dict(found.stances),
        x=found.place[0],
        y=found.place[1],
        merged_into_id=None,
    )
    db.session.add(topic)
    db.session.flush()
    return topic


def _quoted(topic: Topic, found: FoundTopic, opinions: Mapping[str, int]) -> list[dict[str, object]]:
    return [
        {"topic_id": topic.id, "opinion_id": opinions[each.id], "position": place, "words": each.words}
        for place, each in enumerate(found.sentences)
    ]


def record_joined(run: TopicRun, found: SortedNew, *, by: Actor) -> int:
    """Keep where later opinions belong; those that stand there already stay where they are. Return how many came."""
    access.require(by, "reading.record")
    db.session.refresh(run, with_for_update=True)
    known = set(db.session.scalars(select(TopicMember.opinion_id).where(TopicMember.run_id == run.id)))
    other = db.session.scalars(
        select(Topic.id).where(Topic.run_id == run.id, Topic.is_other.is_(True)).order_by(Topic.id)
    ).first()
    furthest = db.session.execute(
        select(TopicMember.topic_id, func.max(TopicMember.place))
        .where(TopicMember.run_id == run.id)
        .group_by(TopicMember.topic_id)
    )
    places: dict[int, int] = {row[0]: row[1] for row in furthest}
    rows = []
    for each in found.joined:
        topic = each.topic if each.topic is not None else other
        if found.opinions[each.id] in known or topic is None:
            continue
        places[topic] = places.get(topic, -1) + 1
        rows.append(
            {
                "run_id": run.id,
                "opinion_id": found.opinions[each.id],
                "topic_id": topic,
                "machine_topic_id": topic,
                "place": places[topic],
                "x": each.place[0],
                "y": each.place[1],
                "joined_at": clock.now(),
            }
        )
    _add_all(TopicMember, rows)
    run.last_opinion_id = max(run.last_opinion_id, found.last_opinion_id)
    audit.record(by, "reading.record", run, changes={"joined": len(rows)})
    events.publish(TopicsJoined(run.id))
    return len(rows)


def forget_words(opinion_id: int, *, by: Actor) -> None:
    """Take the sentences of an opinion whose words changed, or had to go, out of every summary."""
    access.require(by, "reading.record")
    gone = db.session.execute(
        delete(TopicSentence).where(TopicSentence.opinion_id == opinion_id).returning(TopicSentence.id)
    ).all()
    if gone:
        audit.record(by, "reading.record", "topic_sentences", changes={"removed": len(gone)})
