"""What reading does at start-up: it sorts by long runs, and follows the register where words change or go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from participation.access.actors import system
from participation.contributions.domain import Visibility
from participation.contributions.events import ContributionRevised, VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.foundation.clock import JST
from participation.foundation.db import db, transaction
from participation.jobs import daily, long_runs, queue, retention
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.commands.sorting import JOIN, TOPICS
from participation.reading.domain import remembered
from participation.reading.domain.runs import READING_STEPS, STEPS, TopicsStatus
from participation.reading.queries import computing, runs

#: When opinions of the day before join topics that stand.
HOUR = 4
FORGET = "reading.forget_encodings"


def register(app: Flask) -> None:
    """Listen to what happens to words."""
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(ContributionRevised, words_changed)
    events.subscribe(VisibilityChanged, words_gone)


def words_covered(event: WordsCovered) -> None:
    """What a person found to cover, the machine had read."""
    _forget(event.contribution_id)
    queue.enqueue_unless_waiting(FORGET)


def words_changed(event: ContributionRevised) -> None:
    """A sentence that is quoted may not stand there any more."""
    _forget(event.contribution_id)


def words_gone(event: VisibilityChanged) -> None:
    """Erased words are quoted nowhere, and no encoding of them stays."""
    if event.after is Visibility.ERASED:
        _forget(event.contribution_id)
        queue.enqueue_unless_waiting(FORGET)


def _forget(contribution_id: int) -> None:
    opinion_id = db.session.scalar(select(Opinion.id).where(Opinion.contribution_id == contribution_id))
    if opinion_id is not None:
        commands.forget_words(opinion_id, by=system("reading"))


@queue.handler(FORGET)
def forget_encodings(_payload: dict[str, Any]) -> None:
    """Forget all: which rows are of which words, nobody wrote down; what is needed is encoded again."""
    remembered.forget_all(computing.encodings_file())


@retention.kept_for("reading.encodings", 30, "話題分けで文を読み取った数の並び（最後に使った日から）")
def forget_unused_encodings(before: datetime) -> int:
    """Let go of encodings that no run used for a while."""
    return remembered.forget_unused(computing.encodings_file(), before.astimezone(JST).date())


@long_runs.runner(TOPICS, name="話題分け", endpoint="reading_desk.show")
def sort_into_topics(run: long_runs.Run) -> dict[str, Any]:
    """Read the opinions, sort them, and keep what came out."""
    long_runs.progress(run, 0, STEPS + 2, "意見を読んでいます。")
    sorted_ = computing.sort_opinions(
        run.parameters["consultation"],
        seed=run.parameters["seed"],
        tell=lambda done, words: long_runs.progress(run, done + 1, STEPS + 2, words),
    )
    with transaction():
        kept = commands.record_topics(
            run.parameters["consultation"],
            sorted_,
            public_id=run.parameters["public_id"],
            asked_by_id=run.asked_by_id,
            by=system("reading"),
        )
        return {"run": kept.public_id, "topics": len(sorted_.found.topics), "texts": kept.text_count}


@long_runs.runner(JOIN, name="話題への合流", endpoint="reading_desk.show")
def let_join(run: long_runs.Run) -> dict[str, Any]:
    """Let opinions that came later join topics; the old ones do not move."""
    long_runs.progress(run, 0, READING_STEPS + 1, "新しい意見に近い話題をさがしています。")
    found = computing.sort_new_opinions(
        runs.get_run(run.parameters["run"]),
        tell=lambda done, words: long_runs.progress(run, done, READING_STEPS + 1, words),
    )
    with transaction():
        topics = runs.get_run(run.parameters["run"])
        count = commands.record_joined(topics, found, by=system("reading"))
    return {"joined": count}


@daily.every_day("reading.join_daily", hour=HOUR)
def let_join_daily() -> None:
    """Ask that the opinions of the day before join the topics that staff signed off."""
    for row in runs.list_runs():
        latest = runs.find_latest_run(row.run.consultation_id)
        is_standing = latest is not None and latest.id == row.run.id
        if not is_standing or row.run.status is not TopicsStatus.SIGNED_OFF or not runs.count_new(row.run):
            continue
        about = runs.about(row.run.consultation_id)
        if any(each.is_open for each in long_runs.list_about(about)):
            continue
        with transaction():
            commands.ask_to_join(runs.get_run(row.run.public_id), by=system("reading"))
