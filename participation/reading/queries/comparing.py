"""People and machine compared: what is still to label, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import Opinion
from participation.reading.domain.agreement import cohens_kappa, in_words, krippendorffs_alpha
from participation.reading.models import Topic, TopicLabel, TopicMember, TopicRun
from participation.reading.queries.runs import is_readable, masked


@dataclass(frozen=True)
class ToLabel:
    """The next opinion of somebody's sample, without what the machine says of it."""

    opinion: str
    number: int
    words: str


@dataclass(frozen=True)
class Comparison:
    """How far somebody is with their sample, and how far people and machine agree."""

    next: ToLabel | None
    topics: list[tuple[str, str]]
    drawn: int
    labelled: int
    #: Cohen's kappa of the machine's first sorting and what people say, all people together.
    kappa: float | None
    compared: int
    same: int
    people: int
    #: Krippendorff's alpha among people, where there are several.
    alpha: float | None

    @property
    def in_words(self) -> str:
        """What the agreement allows."""
        return in_words(self.kappa)


def compare(run: TopicRun, person_id: int | None) -> Comparison:
    """Return the comparison of a run as one person sees it. Three queries."""
    topics = db.session.scalars(select(Topic).where(Topic.run_id == run.id).order_by(Topic.position)).all()
    now = {each.id: each for each in topics}

    def today(topic_id: int) -> int:
        """Where a topic's opinions are by now: it may have been merged, as a whole or into a part."""
        topic = now[topic_id]
        for _ in topics:
            if topic.merged_into_id is None:
                break
            topic = now[topic.merged_into_id]
        return topic.parent_id or topic.id

    rows = db.session.execute(
        select(TopicLabel, TopicMember.machine_topic_id, Opinion.public_id, Opinion.number)
        .join(Opinion, Opinion.id == TopicLabel.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(
            TopicMember,
            (TopicMember.run_id == TopicLabel.run_id) & (TopicMember.opinion_id == TopicLabel.opinion_id),
        )
        .where(TopicLabel.run_id == run.id, is_readable())
        .order_by(TopicLabel.person_id, TopicLabel.position)
    ).all()
    own = [row for row in rows if row[0].person_id == person_id]
    waiting = next((row for row in own if row[0].topic_id is None), None)
    said: dict[int, list[int]] = {}
    pairs = []
    for label, machine, _, _ in rows:
        if label.topic_id is not None:
            pairs.append((today(machine), today(label.topic_id)))
            said.setdefault(label.opinion_id, []).append(today(label.topic_id))
    return Comparison(
        next=_to_label(waiting[0].opinion_id, waiting[2], waiting[3]) if waiting else None,
        topics=[
            (each.public_id, each.label)
            for each in topics
            if each.parent_id is None and each.merged_into_id is None
        ],
        drawn=len(own),
        labelled=sum(row[0].topic_id is not None for row in own),
        kappa=cohens_kappa(pairs),
        compared=len(pairs),
        same=sum(one == other for one, other in pairs),
        people=len({row[0].person_id for row in rows if row[0].topic_id is not None}),
        alpha=krippendorffs_alpha(list(said.values())),
    )


def _to_label(opinion_id: int, public_id: str, number: int) -> ToLabel:
    body = db.session.scalar(
        select(Contribution.body)
        .join(Opinion, Opinion.contribution_id == Contribution.id)
        .where(Opinion.id == opinion_id)
    )
    return ToLabel(public_id, number, masked((body or "")[:4000]))
