"""What challenges does at start-up: it says where its subjects stand, what is pending, and keeps to the register."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.agreements.domain import register_act
from participation.challenges import commands, queries
from participation.challenges.commands import agreed
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.organisations.domain import register_pending
from participation.subjects.domain import register_kind

BY = system("challenges")


def register(_app: Flask) -> None:
    """Tell the subjects where challenges, ideas and calls stand, and listen."""
    register_kind("challenge", lambda reference: f"/challenges/{reference}")
    register_kind("idea", lambda reference: f"/ideas/{reference}")
    register_kind("call", lambda reference: f"/cooperation/{reference}")
    for act in agreed.ACTS:
        register_act(act)
    register_pending("cooperation", queries.list_pending_of)
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(VisibilityChanged, visibility_changed)


def words_covered(event: WordsCovered) -> None:
    """Cover the same words in the title of what was said."""
    commands.follow_words(event.contribution_id, by=BY)


def visibility_changed(event: VisibilityChanged) -> None:
    """Forget contacts and titles of what is gone."""
    commands.follow_visibility(event.contribution_id, event.after, by=BY)
