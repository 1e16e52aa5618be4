"""What gatherings does at start-up: it says where it is shown, offers its ways, reminds, and lets go in time."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.foundation.db import transaction
from participation.gatherings import commands, queries
from participation.gatherings.domain import SUBJECT_KIND
from participation.jobs import daily, retention
from participation.opinions.domain.origins import offer_origins
from participation.subjects.domain import register_kind

#: At this hour of the day before, letters go out.
REMIND_HOUR = 10


def register(_app: Flask) -> None:
    """Tell the subjects where gatherings stand, the consultations how to take part, the opinions where they are heard."""
    register_kind(SUBJECT_KIND, gathering_path)
    offer_ways("gatherings", queries.ways_into)
    offer_origins("gatherings", queries.list_origins_of)


def gathering_path(reference: str) -> str:
    """Return the path of a gathering's page from the subject's reference."""
    return f"/gatherings/{reference}"


@daily.every_day("gatherings.remind", hour=REMIND_HOUR)
def remind() -> None:
    """Write to everybody who comes tomorrow; what was written is marked in the same transaction."""
    while True:
        with transaction():
            reminded = commands.send_reminders(by=system("gatherings"))
        if not reminded:
            return


@retention.kept_for(
    "gatherings.attendees", 30, "集まりに申し込んだ人の氏名・連絡先・配慮の希望（集まりから）"
)
def _forget_attendees(before: datetime) -> int:
    return commands.forget_attendees(before, by=system("gatherings"))
