"""What the opinion map does at start-up: it offers its maps, follows the register, and computes by jobs."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.contributions.events import ContributionRevised, VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.jobs import queue
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import apart
from participation.opinion_map.models import MapRun


def register(app: Flask) -> None:
    """Offer the maps as ways to take part in a consultation, and listen."""
    offer_ways("opinion_map", queries.ways_into)
    events.subscribe(VisibilityChanged, visibility_changed)
    events.subscribe(WordsCovered, words_changed)
    events.subscribe(ContributionRevised, words_changed)


def visibility_changed(event: VisibilityChanged) -> None:
    """Ask about a statement as long as the register shows it."""
    commands.follow_register(event.contribution_id, event.after, by=system("opinion_map"))


def words_changed(event: WordsCovered | ContributionRevised) -> None:
    """Keep a statement the same as what the register shows of it."""
    commands.follow_words(event.contribution_id, by=system("opinion_map"))


@queue.handler(commands.COMPUTE)
def compute(payload: dict[str, Any]) -> None:
    """Compute a map from the present votes, in a process of its own, and keep the run."""
    try:
        run_map(payload["map"], seed=payload.get("seed", 0), asked_by=payload.get("asked_by"))
    except NotFound:
        return  # The draft was taken away meanwhile.


def run_map(public_id: str, *, seed: int = 0, asked_by: int | None = None) -> MapRun | None:
    """Compute a map; None where nobody has voted. Votes that a run was made of already are not computed again."""
    opinion_map = queries.get_map(public_id)
    votes = queries.list_votes(opinion_map)
    if not votes:
        return None
    content = apart.as_file(votes)
    latest = queries.find_latest_run(opinion_map)
    if latest is not None and (latest.votes_sha256, latest.seed) == (sha256(content).hexdigest(), seed):
        return latest
    found = apart.compute_votes(content, seed=seed)
    with transaction():
        opinion_map = queries.get_map(public_id)
        return commands.record_run(opinion_map, content, found, asked_by=asked_by, by=system("opinion_map"))
