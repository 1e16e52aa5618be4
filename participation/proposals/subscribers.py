"""What proposals does at start-up: it says where a proposal is shown; covered and erased words are here too."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.agreements.domain import register_act
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.jobs import retention
from participation.organisations.domain import register_pending
from participation.proposals import commands, queries
from participation.proposals.commands import agreed
from participation.subjects.domain import register_kind


def register(_app: Flask) -> None:
    """Tell the subjects where proposals stand, and listen."""
    register_kind("proposal", proposal_path)
    for act in agreed.ACTS:
        register_act(act)
    register_pending("proposals", queries.list_pending_of)
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(VisibilityChanged, words_erased)


@retention.kept_for("proposals.origins", 30, "賛同がどこから来たかの印（暗号にしたもの）")
def _forget_origins(before: datetime) -> int:
    return commands.forget_origins(before, by=system("proposals"))


def words_covered(event: WordsCovered) -> None:
    """Keep the proposal's parts, present and earlier, the same as what the register shows of them."""
    commands.cover_words(event.contribution_id, event.texts, by=system("proposals"))
    commands.cover_amendment(event.contribution_id, event.texts, by=system("proposals"))


def words_erased(event: VisibilityChanged) -> None:
    """Erase the same words here."""
    if event.after is Visibility.ERASED:
        commands.erase_words(event.contribution_id, by=system("proposals"))


def proposal_path(reference: str) -> str:
    """Return the path of a proposal's page from the subject's reference."""
    return f"/proposals/{reference}"
