"""What discussion hears: a post that appears or disappears changes the counters of its thread."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.contributions.events import VisibilityChanged
from participation.discussion import commands
from participation.foundation import events


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(VisibilityChanged, count_again)


def count_again(event: VisibilityChanged) -> None:
    """Keep the counters of a thread true."""
    commands.recount(event.contribution_id, event.before, event.after, by=system("discussion"))
