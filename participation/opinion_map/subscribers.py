"""What the opinion map does at start-up: it offers its maps, follows the register, computes by long runs, and
computes closed maps with their last votes."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.contributions.events import ContributionRevised, VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.jobs import daily, long_runs
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import apart
from participation.opinion_map.models import MapRun

#: A run gathers the votes, computes, and keeps what came out.
_STEPS = 3
BY = system("opinion_map")


def register(app: Flask) -> None:
    """Offer the maps as ways to take part in a consultation, and listen."""
    offer_ways("opinion_map", queries.ways_into)
    events.subscribe(VisibilityChanged, visibility_changed)
    events.subscribe(WordsCovered, words_changed)
    events.subscribe(ContributionRevised, words_changed)


def visibility_changed(event: VisibilityChanged) -> None:
    """Ask about a statement as long as the register shows it."""
    commands.follow_register(event.contribution_id, event.after, by=BY)


def words_changed(event: WordsCovered | ContributionRevised) -> None:
    """Keep a statement the same as what the register shows of it."""
    commands.follow_words(event.contribution_id, by=BY)


@long_runs.runner(queries.COMPUTE, name="意見の地図の計算", endpoint="opinion_map_desk.runs")
def compute(run: long_runs.Run) -> dict[str, Any]:
    """Compute a map from the present votes, and keep the run."""
    try:
        made = run_map(
            run.parameters["map"],
            seed=run.parameters["seed"],
            asked_by=run.asked_by_id,
            tell=lambda step, words: long_runs.progress(run, step, _STEPS, words),
        )
    except NotFound as gone:
        raise Refused("この意見の地図は、もうありません。") from gone
    if made is None:
        raise Refused("まだ票がありません。票が集まってから、もう一度頼んでください。")
    return {"number": made.number}


def run_map(
    public_id: str,
    *,
    seed: int = 0,
    asked_by: int | None = None,
    tell: Callable[[int, str], None] = lambda _step, _words: None,
) -> MapRun | None:
    """Compute a map; None where nobody has voted. Votes that a run was made of already are not computed again."""
    tell(0, "票を集めています。")
    opinion_map = queries.get_map(public_id)
    read = queries.read_votes(opinion_map)
    if not read.votes:
        return None
    content = apart.as_file(read.votes)
    latest = queries.find_latest_run(opinion_map)
    if latest is not None and (latest.votes_sha256, latest.seed) == (sha256(content).hexdigest(), seed):
        with transaction():
            return commands.confirm_run(latest, changes=read.changes, by=BY)
    tell(1, "地図を計算しています。")
    found = apart.compute_votes(content, seed=seed)
    tell(2, "地図を保存しています。")
    with transaction():
        opinion_map = queries.get_map(public_id)
        return commands.record_run(
            opinion_map, content, found, changes=read.changes, asked_by=asked_by, by=BY
        )


@daily.every_day("opinion_map.compute_closed", hour=0)
def compute_closed() -> None:
    """Ask that maps whose deadline has passed are computed with their last votes, each once."""
    for public_id in queries.list_owing_run():
        with transaction():
            commands.ask_for_last_run(queries.get_map(public_id), by=BY)
