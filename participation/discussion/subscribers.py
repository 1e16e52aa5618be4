"""What discussion hears: a post that appears or disappears changes the counters of its thread."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.contributions.events import VisibilityChanged
from participation.discussion import commands
from participation.foundation import events
from participation.jobs import retention


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(VisibilityChanged, count_again)


@retention.kept_for("discussion.drafts", 365, "話し合いの下書き（最後に書いた日から）")
def _forget_drafts(before: datetime) -> int:
    return commands.forget_drafts(before, by=system("discussion"))


def count_again(event: VisibilityChanged) -> None:
    """Keep the counters of a thread true."""
    commands.recount(event.contribution_id, event.before, event.after, by=system("discussion"))
