"""The plan as it reads with the published amendments: taken in as a version (案) that waits to be published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from participation.demo import reading
from participation.demo.calls import PLAN
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.plans import commands
from participation.plans.domain.reading.seed import read_seed, seed_folders
from participation.plans.domain.tree import PlanTree, TreeNode, VersionStage

IMPORTER = "s09"
IMPORTED_ON = -20
LABEL = "案"


def schedule(timeline: Timeline, cast: Cast, ward: str) -> None:
    """Let an editor take the amended plan in; it is left to the reader of the tour to publish it."""
    timeline.add(timeline.moment(IMPORTED_ON, "14:00"), _import, timeline, cast, ward)


def amended(tree: PlanTree) -> PlanTree:
    """Return the plan with the words of the demo's amendments."""
    by_place = {amendment["location"]: amendment for amendment in reading.listed("amendments")}
    return replace(tree, roots=tuple(_amended(root, by_place) for root in tree.roots))


def _amended(node: TreeNode, by_place: dict[str, dict[str, Any]]) -> TreeNode:
    children = tuple(_amended(child, by_place) for child in node.children)
    amendment = by_place.get(node.code)
    if amendment is None:
        return replace(node, children=children)
    before, after = amendment["before"], amendment["after"]
    words = before + after if amendment["operation"] == "add" else after
    return replace(node, children=children, text=node.text.replace(before, words))


def _import(timeline: Timeline, cast: Cast, ward: str) -> None:
    (seed,) = (folder for folder in seed_folders() if folder.name == PLAN)
    tree = replace(
        amended(read_seed(seed)),
        stage=VersionStage.FINAL_DRAFT,
        version_label=LABEL,
        version_date=timeline.moment(IMPORTED_ON).date().isoformat(),
    )
    commands.import_plan(tree, home_ward=ward, by=cast.actor(IMPORTER))
