"""What spaces does at start-up: it says where an issue is shown; covered and erased words are here too."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.gatherings.events import GatheringCancelled, GatheringChanged
from participation.spaces import commands
from participation.spaces.domain import SUBJECT_KIND
from participation.subjects.domain import register_kind


def register(_app: Flask) -> None:
    """Tell the subjects where issues stand, and listen."""
    register_kind(SUBJECT_KIND, issue_path)
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(VisibilityChanged, words_erased)
    events.subscribe(GatheringChanged, gathering_changed)
    events.subscribe(GatheringCancelled, gathering_changed)


def words_covered(event: WordsCovered) -> None:
    """Keep an issue's title the same as what the register shows of it."""
    commands.cover_title(event.contribution_id, event.texts, by=system("spaces"))


def words_erased(event: VisibilityChanged) -> None:
    """Erase the title too."""
    if event.after is Visibility.ERASED:
        commands.erase_title(event.contribution_id, by=system("spaces"))


def gathering_changed(event: GatheringChanged | GatheringCancelled) -> None:
    """Keep a meeting the same as the gathering that takes its registrations."""
    commands.follow_gathering(event.gathering_id, by=system("spaces"))


def issue_path(reference: str) -> str:
    """Return the path of an issue's page from the subject's reference."""
    return f"/spaces/issues/{reference}"
