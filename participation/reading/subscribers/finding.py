"""What reading does when others announce: the index follows opinions, published answers are kept."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from participation.access.actors import system
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.events import (
    ContributionAnswered,
    ContributionFollowedUp,
    ContributionRevised,
    VisibilityChanged,
    WordsCovered,
)
from participation.foundation import events
from participation.foundation.db import before_commit, db, transaction
from participation.jobs import daily, long_runs, queue
from participation.mail import outbox as mail
from participation.opinions.events import OpinionMerged, OpinionsSubmitted, OriginalDivided
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.domain.comparing import compare
from participation.reading.events import NewTopicsHeard
from participation.reading.queries import finding

INDEX = "reading.index"
#: Answers to what belongs to no point only say so.
OF_A_POINT = "/points/"


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(OpinionsSubmitted, something_to_index)
    events.subscribe(OriginalDivided, something_to_index)
    events.subscribe(ContributionRevised, words_changed)
    events.subscribe(WordsCovered, words_changed)
    events.subscribe(VisibilityChanged, visibility_changed)
    events.subscribe(OpinionMerged, opinion_merged)
    events.subscribe(ContributionAnswered, answered)
    events.subscribe(ContributionFollowedUp, followed_up)
    events.subscribe(NewTopicsHeard, new_topics_heard)


def something_to_index(event: OpinionsSubmitted | OriginalDivided) -> None:
    """Let a job put what is new into the index: asked for once, however much one transaction brings."""
    before_commit(_ask_for_index, event)


def _ask_for_index(_events: list[Any]) -> None:
    queue.enqueue_unless_waiting(INDEX)


def words_changed(event: ContributionRevised | WordsCovered) -> None:
    """Forget the old letters at once; the new ones come in with the next job."""
    commands.take_out(event.contribution_id, by=system("reading"))
    _if_opinion(event.contribution_id)


def visibility_changed(event: VisibilityChanged) -> None:
    """Forget what may not be found; find again what may."""
    gone = (Visibility.WITHDRAWN, Visibility.ERASED, Visibility.HIDDEN)
    if event.after in gone:
        commands.take_out(event.contribution_id, by=system("reading"))
    elif event.before in gone:
        _if_opinion(event.contribution_id)


def opinion_merged(event: OpinionMerged) -> None:
    """The words of the second one changed: it is indexed anew."""
    into = db.session.get_one(Opinion, event.into_id)
    commands.take_out(into.contribution_id, by=system("reading"))
    something_to_index(OriginalDivided(into.original_id))


def answered(event: ContributionAnswered) -> None:
    """Keep what the ward answered, to be found when somebody says the like again."""
    if event.text and event.path.startswith(OF_A_POINT):
        commands.keep_answer(event.path, event.text, by=system("reading"))


def followed_up(event: ContributionFollowedUp) -> None:
    """An answer that was taken back is none any more."""
    if event.ends_answer:
        commands.end_answer(event.path, by=system("reading"))


def new_topics_heard(event: NewTopicsHeard) -> None:
    """Write to the staff who want to hear of it: how many topics, and where they are read; no words of anybody."""
    consultation = db.session.get_one(Consultation, event.consultation_id)
    for address in finding.list_watchers(event.consultation_id):
        mail.send(
            to=address,
            template="reading/new_topics",
            context={"consultation": consultation, "count": len(event.opinion_ids)},
        )


def _if_opinion(contribution_id: int) -> None:
    original = db.session.scalar(
        select(Opinion.original_id).where(Opinion.contribution_id == contribution_id)
    )
    if original is not None:
        something_to_index(OriginalDivided(original))


@queue.handler(INDEX)
def index(_payload: dict[str, Any]) -> None:
    """Put into the index whatever is missing, portion by portion."""
    index_all()


def index_all() -> int:
    """Put everything that is missing into the index; return how many opinions that were."""
    count = 0
    while True:
        with transaction():
            some = commands.index_some(by=system("reading"))
        if not some:
            return count
        count += some


@daily.every_day("reading.compare_daily", hour=3)
def compare_daily() -> None:
    """Compare the opinions of all consultations that wait to be answered, at night."""
    index_all()
    with transaction():
        for consultation in finding.list_in_work():
            commands.ask_to_compare(consultation, by=system("reading"))


@long_runs.runner(commands.COMPARE, name="論点のない意見の比較", endpoint="finding_desk.uncovered")
def compare_opinions(run: long_runs.Run) -> dict[str, Any]:
    """Compare the opinions in no point with those in one, and look for what is new."""
    long_runs.progress(run, 0, 2, "意見を読んでいます。")
    index_all()
    voices, owners, pairs = finding.voices_of(run.parameters["consultation"])
    long_runs.progress(run, 1, 2, f"{len(voices):,}件をくらべています。")
    found = compare(voices, owners, pairs, finding.new_since())
    long_runs.check(run)
    with transaction():
        new = commands.record_compared(run.parameters["consultation"], found, by=system("reading"))
    return {"opinions": len(found), "new_topics": new}
