"""What replies hear and do by themselves: planned results, deadlines, same texts, merged opinions, new versions."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.foundation import clock, events, working_days
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import daily, queue
from participation.opinions.events import OpinionMerged
from participation.plans.domain.reasons import use_reasons
from participation.plans.events import VersionPublished
from participation.replies import commands
from participation.replies.domain import FIND_BUNDLES, PUBLISH_PLANNED, REMIND
from participation.replies.queries import bundles, changes, workload

BY = system("replies:planned")
NOTER = system("replies:versions")
REMINDER = system("replies:remind")


def register(app: Flask) -> None:
    """Listen, and tell plans and pages which opinions stand behind a change."""
    events.subscribe(OpinionMerged, merged)
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


@queue.handler(FIND_BUNDLES)
def find_bundles(payload: dict[str, Any]) -> None:
    """Look for the same and nearly the same texts of a consultation, and propose them."""
    consultation = get_consultation(payload["consultation"])
    found, last_number = bundles.find_bundles(consultation.id)
    with transaction():
        commands.propose_bundles(consultation.code, found, last_number, by=system("replies:bundles"))


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
