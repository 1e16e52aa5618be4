"""What opinions does at start-up: it counts for the consultations, and hears where answers stand."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import use_counter
from participation.contributions.events import ContributionAnswered
from participation.foundation import events
from participation.opinions import commands, queries
from participation.opinions.domain.importing import WHOLE_KIND
from participation.subjects.domain import register_kind


def register(app: Flask) -> None:
    """Offer the counts, and listen."""
    use_counter(queries.count_for_consultations)
    register_kind(WHOLE_KIND, lambda code: f"/consultations/{code}")
    events.subscribe(ContributionAnswered, note_answer)


def note_answer(event: ContributionAnswered) -> None:
    """Remember where the ward's answer stands, so that the author is led to it."""
    commands.note_answer(event.contribution_id, event.path, by=system("opinions"))
