"""Builders of readings: opinions about known things, sorted through the commands."""

from __future__ import annotations

import random
from collections.abc import Sequence

from participation.access.actors import Actor, Role
from participation.consultations.models import Consultation
from participation.foundation.db import db, transaction
from participation.jobs import long_runs
from participation.reading import commands
from participation.reading.models import Topic, TopicMember, TopicRun
from participation.reading.queries import runs
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission

ANALYST = Actor(roles=frozenset({Role.ANALYST}), name="分析")
THINGS = {
    "防災": ("防災訓練", "避難所", "備蓄倉庫", "非常食"),
    "子育て": ("保育園", "待機児童", "学童クラブ", "児童館"),
    "道": ("歩道", "自転車道", "横断歩道", "放置自転車"),
}
SAYINGS = (
    "{a}と{b}をもっと増やしてほしいです。",
    "{a}の場所が分かりにくいので、{b}とあわせて直してください。",
    "{a}に反対です。{b}のほうが大切だと考えます。",
)


def sayings(count: int, seed: int = 3) -> list[str]:
    """So many invented opinions, in turn about each of the things."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        things = THINGS[sorted(THINGS)[number % len(THINGS)]]
        found.append("".join(saying.format(**_two(dice, things)) for saying in dice.sample(SAYINGS, 2)))
    return found


def _two(dice: random.Random, things: Sequence[str]) -> dict[str, str]:
    a, b = dice.sample(things, 2)
    return {"a": a, "b": b}


def a_consultation_with(
    said: Sequence[str], *, each: int = 4, to: Consultation | None = None
) -> Consultation:
    """A consultation to which people said these things, so many opinions each."""
    consultation = to or an_open_consultation()
    for start in range(0, len(said), each):
        a_paper_submission(said[start : start + each], to=consultation)
    return consultation


def ask(consultation: Consultation | None, *, seed: int = 0, by: Actor = ANALYST) -> str:
    """Ask for topics; return the address of the run."""
    with transaction():
        return str(commands.ask_for_topics(consultation, seed=seed, by=by).parameters["public_id"])


def topics_of(consultation: Consultation | None, *, seed: int = 0) -> TopicRun:
    """A run, sorted."""
    public_id = ask(consultation, seed=seed)
    long_runs.work_off()
    db.session.rollback()
    return runs.get_run(public_id)


def topics_in(run: TopicRun) -> list[Topic]:
    """The topics of the first level, 「その他」 last, as they are now."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.query(Topic).filter_by(run_id=run.id, parent_id=None, merged_into_id=None)
    return sorted(found, key=lambda topic: (topic.is_other, topic.position))


def members_in(topic: Topic) -> list[TopicMember]:
    """The opinions that are in a topic now."""
    return db.session.query(TopicMember).filter_by(topic_id=topic.id).order_by(TopicMember.place).all()
