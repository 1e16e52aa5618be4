"""What surveys does at start-up: the page of a consultation leads to its surveys; covered words are covered here too."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.jobs import retention
from participation.surveys import commands, queries

#: How long something begun is kept after it was last saved (書きかけの保存).
DRAFT_DAYS = 90


def register(app: Flask) -> None:
    """Offer the surveys as ways to take part in a consultation, and listen."""
    offer_ways("surveys", queries.ways_into)
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(VisibilityChanged, words_erased)


def words_covered(event: WordsCovered) -> None:
    """Keep the answer the same as what the register shows of it."""
    commands.cover_words(event.contribution_id, event.texts, by=system("surveys"))


def words_erased(event: VisibilityChanged) -> None:
    """Erase the same words in the answer."""
    if event.after is Visibility.ERASED:
        commands.erase_words(event.contribution_id, by=system("surveys"))


@retention.kept_for("survey_drafts", DRAFT_DAYS, "アンケートの書きかけ（最後の保存から）")
def _forget_drafts(before: datetime) -> int:
    return commands.forget_drafts(before, by=system("surveys"))


@retention.kept_for("survey_files", 1, "送られなかった添付ファイル（書きかけにも回答にもないもの）")
def _forget_files(before: datetime) -> int:
    return commands.forget_files(before, by=system("surveys"))


@retention.kept_for("survey_code_attempts", 1, "招待の番号のまちがい")
def _forget_code_attempts(before: datetime) -> int:
    return commands.forget_code_attempts(before, by=system("surveys"))
