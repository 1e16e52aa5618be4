"""What moderation hears: everything that is said is looked through for what a person should read soon."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import system
from participation.contributions.events import ContributionRevised, ContributionSaid
from participation.foundation import events
from participation.moderation import commands, queries
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


def revised(event: ContributionRevised) -> None:
    """Look through the new words."""
    commands.note_concerns(event.contribution_id, by=BY)


def screened(event: OpinionAdvanced) -> None:
    """An opinion that staff have screened was read for personal data."""
    if event.stage is OpinionStage.SCREENED:
        commands.settle_after_screening(queries.contribution_of_opinion(event.opinion_id), by=BY)
