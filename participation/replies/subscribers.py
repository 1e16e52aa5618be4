"""What replies do when a time has come: a planned result is published."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import queue
from participation.replies import commands
from participation.replies.domain import PUBLISH_PLANNED

BY = system("replies:planned")


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
