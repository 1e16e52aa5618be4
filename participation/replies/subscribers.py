"""What replies hear and do by themselves: planned results, deadlines, same texts, merged opinions, new versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged
from participation.foundation import clock, events, working_days
from participation.foundation.db import before_commit, db, transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import daily, long_runs, queue
from participation.opinions.events import AnswerProposed, OpinionMerged, OpinionsSubmitted
from participation.opinions.models import Opinion
from participation.plans.domain.reasons import use_reasons
from participation.plans.events import VersionPublished
from participation.replies import commands
from participation.replies.commands.bundling_new import PORTION
from participation.replies.domain import FIND_BUNDLES, PUBLISH_PLANNED, REMIND
from participation.replies.domain.bundling import BUNDLE_NEW
from participation.replies.queries import bundles, changes, workload

#: What comes together is compared together.
PAUSE = timedelta(seconds=3)
BY = system("replies:planned")
NOTER = system("replies:versions")
REMINDER = system("replies:remind")


def register(app: Flask) -> None:
    """Listen, and tell plans and pages which opinions stand behind a change."""
    events.subscribe(OpinionMerged, merged)
    events.subscribe(AnswerProposed, proposed)
    events.subscribe(OpinionsSubmitted, submitted)
    events.subscribe(VisibilityChanged, erased)
    events.subscribe(VersionPublished, version_published)
    use_reasons(changes.reasons_between)
    app.jinja_env.globals["changed_by"] = changes.changed_by
    app.jinja_env.globals["clashes_of_point"] = changes.clashes_of_point


def version_published(event: VersionPublished) -> None:
    """See what the version made of the amendments, and tell whose opinions they came from."""
    commands.note_version(event.plan_id, event.version_id, by=NOTER)


def merged(event: OpinionMerged) -> None:
    """The words of an opinion stand in another one now: that one is answered with it."""
    commands.follow_division(event.opinion_id, event.into_id, by=system("replies:division"))


def proposed(event: AnswerProposed) -> None:
    """Let whoever took words up write on from them."""
    commands.begin_from_machine(event.point, event.words, event.draft, by=event.by)


@long_runs.runner(FIND_BUNDLES, name="同じ文面をさがす", endpoint="replies_desk.list_bundles")
def find_bundles(run: long_runs.Run) -> dict[str, Any]:
    """Look for the same and nearly the same texts of a consultation, propose them, and remember the texts.

    After a stop it goes on with the index, once the bundles are proposed; before, it looks again.
    """
    by = system("replies:bundles")
    consultation = get_consultation(run.parameters["consultation"])
    count = bundles.count_texts(consultation.id)
    # Each text is read, sketched, compared, looked through for additions, and put into the index.
    total = count * 5 + 1

    def tell(done: int, words: str) -> None:
        long_runs.progress(run, min(done, total - 1), total, words)

    done = run.checkpoint
    if done is None:
        found, last_number = bundles.find_bundles(consultation.id, tell)
        tell(count * 4, "束の案を書いています。")
        with transaction():
            proposed = commands.propose_bundles(consultation.code, found, last_number, by=by)
            done = {"bundles": proposed, "remembered": 0, "after": 0}
            long_runs.checkpoint(run, done)
    while ids := bundles.texts_to_remember(consultation.id, done["after"]):
        with transaction():
            commands.remember_texts(consultation.id, ids, by=by)
            done = {**done, "remembered": done["remembered"] + len(ids), "after": ids[-1]}
            long_runs.checkpoint(run, done)
        tell(count * 4 + done["remembered"], "文面の索引を作っています。")
    return {"bundles": done["bundles"]}


def submitted(event: OpinionsSubmitted) -> None:
    """Let what came be compared with what was there, a moment later: whoever submits does not wait for it."""
    before_commit(_ask_to_compare, event)


def _ask_to_compare(_events: list[Any]) -> None:
    queue.enqueue_unless_waiting(BUNDLE_NEW, run_after=clock.now() + PAUSE)


@queue.handler(BUNDLE_NEW)
def bundle_new(_payload: dict[str, Any]) -> None:
    """Compare some of what came; if more waits, ask for it anew, so that letters go out in between."""
    by = system("replies:bundles")
    for consultation_id in bundles.with_new_texts():
        with transaction():
            if commands.bundle_new_texts(consultation_id, by=by) >= PORTION:
                queue.enqueue(BUNDLE_NEW, {}, run_after=clock.now() + PAUSE)
                return


def erased(event: VisibilityChanged) -> None:
    """Words that had to go are compared with no more."""
    if event.after is Visibility.ERASED:
        opinion_id = db.session.scalar(
            select(Opinion.id).where(Opinion.contribution_id == event.contribution_id)
        )
        if opinion_id is not None:
            commands.forget_text(opinion_id, by=system("replies:bundles"))


@queue.handler(PUBLISH_PLANNED)
def publish_planned(payload: dict[str, Any]) -> None:
    """Publish a result whose time has come; where that may not be, the desk is told why."""
    plan = int(payload["plan"])
    try:
        with transaction():
            commands.carry_out_plan(plan, by=BY)
    except (Refused, Conflict) as refusal:
        with transaction():
            commands.note_failed_plan(plan, refusal.reason, by=BY)


@daily.every_day(REMIND, hour=8)
def remind() -> None:
    """Tell each member of staff in the morning of a working day what is near its deadline or past it."""
    if not working_days.is_working_day(clock.today()):
        return
    for person_id in workload.list_to_remind():
        # One transaction a person: whoever was told stays told, whatever happens to the next.
        with transaction():
            commands.remind_of_deadlines(person_id, by=REMINDER)
