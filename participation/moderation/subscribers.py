"""What moderation hears: everything that is said is looked through for what a person should read soon."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.contributions.events import ContributionRevised, ContributionSaid
from participation.foundation import events
from participation.foundation.db import transaction
from participation.jobs import queue
from participation.moderation import commands, queries
from participation.moderation.domain import TELL_AT_ONCE
from participation.opinions.domain import OpinionStage
from participation.opinions.events import OpinionAdvanced

BY = system("moderation")


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(ContributionSaid, said)
    events.subscribe(ContributionRevised, revised)
    events.subscribe(OpinionAdvanced, screened)


def said(event: ContributionSaid) -> None:
    """Look through what was said."""
    commands.note_concerns(event.contribution_id, by=BY)


@queue.handler(TELL_AT_ONCE)
def tell_at_once(payload: dict[str, Any]) -> None:
    """Write to those who screen, in the moment in which something urgent was said."""
    with transaction():
        commands.tell_at_once(int(payload["contribution"]), by=BY)


def revised(event: ContributionRevised) -> None:
    """Look through the new words."""
    commands.note_concerns(event.contribution_id, by=BY)


def screened(event: OpinionAdvanced) -> None:
    """An opinion that staff have screened was read for personal data."""
    if event.stage is OpinionStage.SCREENED:
        commands.settle_after_screening(queries.contribution_of_opinion(event.opinion_id), by=BY)
