"""What proposals does at start-up: it says where a proposal is shown; covered words are covered here too."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.contributions.events import WordsCovered
from participation.foundation import events
from participation.proposals import commands
from participation.subjects.domain import register_kind


def register(_app: Flask) -> None:
    """Tell the subjects where proposals stand, and listen."""
    register_kind("proposal", proposal_path)
    events.subscribe(WordsCovered, words_covered)


def words_covered(event: WordsCovered) -> None:
    """Keep the proposal's parts, present and earlier, the same as what the register shows of them."""
    commands.cover_words(event.contribution_id, event.texts, by=system("proposals"))


def proposal_path(reference: str) -> str:
    """Return the path of a proposal's page from the subject's reference."""
    return f"/proposals/{reference}"
