"""What replies hear and what they do in the background: planned results, deadlines, the same texts, merged opinions."""

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
from participation.replies import commands
from participation.replies.domain import FIND_BUNDLES, PUBLISH_PLANNED, REMIND
from participation.replies.queries import bundles, workload

BY = system("replies:planned")
REMINDER = system("replies:remind")


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(OpinionMerged, merged)


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
