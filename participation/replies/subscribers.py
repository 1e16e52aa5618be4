"""What replies do when a time has come: a planned result is published, staff are told of deadlines."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.foundation import clock, working_days
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import daily, queue
from participation.replies import commands
from participation.replies.domain import PUBLISH_PLANNED, REMIND
from participation.replies.queries import workload

BY = system("replies:planned")
REMINDER = system("replies:remind")


def register(_app: Flask) -> None:
    """Its work comes from the queue: there is nothing to listen to."""


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
