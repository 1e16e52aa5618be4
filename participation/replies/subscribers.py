"""What replies do by themselves: a planned result is published, a plan's new version is looked through."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.foundation import events
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import queue
from participation.plans.domain.reasons import use_reasons
from participation.plans.events import VersionPublished
from participation.replies import commands
from participation.replies.domain import PUBLISH_PLANNED
from participation.replies.queries import changes

BY = system("replies:planned")
NOTER = system("replies:versions")


def register(app: Flask) -> None:
    """Listen for new versions of plans, and tell plans and pages which opinions stand behind a change."""
    events.subscribe(VersionPublished, version_published)
    use_reasons(changes.reasons_between)
    app.jinja_env.globals["changed_by"] = changes.changed_by
    app.jinja_env.globals["clashes_of_point"] = changes.clashes_of_point


def version_published(event: VersionPublished) -> None:
    """See what the version made of the amendments, and tell whose opinions they came from."""
    commands.note_version(event.plan_id, event.version_id, by=NOTER)


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
