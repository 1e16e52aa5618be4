"""What opinions does at start-up: it counts for the consultations, and hears where answers stand."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import use_counter
from participation.contributions.events import ContributionAnswered
from participation.foundation import events
from participation.jobs import retention
from participation.opinions import commands, queries


def register(app: Flask) -> None:
    """Offer the counts, and listen."""
    use_counter(queries.count_for_consultations)
    events.subscribe(ContributionAnswered, note_answer)


@retention.kept_for("opinions.identities", "IDENTITY_KEPT_DAYS", "提出者の氏名・住所（結果の公表から）")
def _forget_identities(before: datetime) -> int:
    return commands.forget_identities(before, by=system("opinions"))


@retention.kept_for("opinions.guesses", 90, "受付番号の合言葉を間違えた記録")
def _forget_guesses(before: datetime) -> int:
    return commands.forget_guesses(before, by=system("opinions"))


def note_answer(event: ContributionAnswered) -> None:
    """Remember where the ward's answer stands, so that the author is led to it."""
    commands.note_answer(event.contribution_id, event.path, by=system("opinions"))
