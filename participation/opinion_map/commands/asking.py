"""Asking that a map is computed anew, in the background (計算を頼む)."""

from __future__ import annotations

from participation.access.actors import Actor
from participation.jobs import long_runs
from participation.jobs.models import LongRun, RunStatus
from participation.opinion_map import queries
from participation.opinion_map.models import OpinionMap


def _ask(opinion_map: OpinionMap, *, seed: int, by: Actor) -> LongRun:
    """Ask for a run; one that waits already will count the votes of now as well."""
    for each in queries.list_under_way(opinion_map):
        if each.status is RunStatus.WAITING and each.parameters["seed"] == seed:
            return each
    return long_runs.start(
        queries.COMPUTE,
        {"map": opinion_map.public_id, "seed": seed},
        by=by,
        title=f"意見の地図の計算：{opinion_map.question}",
        about=queries.about(opinion_map),
        page={"public_id": opinion_map.public_id},
    )
