"""What replies hear and what they do in the background: planned results, the same texts, merged opinions."""

from __future__ import annotations

from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.foundation import events
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.jobs import queue
from participation.opinions.events import OpinionMerged
from participation.replies import commands
from participation.replies.domain import FIND_BUNDLES, PUBLISH_PLANNED
from participation.replies.queries import bundles

BY = system("replies:planned")


def register(_app: Flask) -> None:
    """Listen."""
    events.subscribe(OpinionMerged, merged)


def merged(event: OpinionMerged) -> None:
    """The words of an opinion stand in another one now: that one is answered with it."""
    commands.follow_division(event.opinion_id, event.into_id, by=system("replies:division"))


@queue.handler(FIND_BUNDLES)
def find_bundles(payload: dict[str, Any]) -> None:
    """Look for the same and nearly the same texts of a consultation, and propose them."""
    consultation = get_consultation(payload["consultation"])
    found, last_number = bundles.find_bundles(consultation.id)
    with transaction():
        commands.propose_bundles(consultation.code, found, last_number, by=system("replies:bundles"))


@queue.handler(PUBLISH_PLANNED)
def publish_planned(payload: dict[str, Any]) -> None:
    """Publish a result whose time has come; where that may not be, the desk is told why."""
    plan = int(payload["plan"])
    try:
        with transaction():
            commands.carry_out_plan(plan, by=BY)
    except (Refused, Conflict) as refusal:
        with transaction():
            commands.note_failed_plan(plan, refusal.reason, by=BY)
