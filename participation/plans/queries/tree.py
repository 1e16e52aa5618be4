"""Reading a whole plan: the tree with its search, and the pages to be printed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.text import excerpt, fold
from participation.plans.models import (
    Plan,
    PlanLevel,
    PlanNode,
    PlanVersion,
)
from participation.plans.queries.library import LevelCount, get_published_state, version_name
from participation.subjects.models import Subject

LONGEST_SEARCH = 80


@dataclass(frozen=True)
class TreeLine:
    """A node in the tree of its plan."""

    code: str
    number: str
    title: str
    level: str
    level_name: str
    within: bool
    is_open: bool
    page_code: str
    subject_id: int
    children: tuple[TreeLine, ...] = ()
    is_hit: bool = False

    @property
    def anchor(self) -> str | None:
        """The anchor on its page, when it is a passage of another page."""
        return None if self.page_code == self.code else self.code


@dataclass(frozen=True)
class PlanTreePage:
    """A whole plan as a tree, or what of it a search found."""

    plan: Plan
    version: PlanVersion
    version_name: str
    lines: tuple[TreeLine, ...]
    levels: tuple[LevelCount, ...]
    search: str = ""
    hits: int = 0


@dataclass
class _Branch:
    line: TreeLine
    children: list[_Branch] = field(default_factory=list)


def get_plan_tree(slug: str, search: str = "") -> PlanTreePage:
    """Return the plan as a tree; with a search, only the branches in which its words stand."""
    plan, version = get_published_state(slug)
    wanted = [part for part in fold(search[:LONGEST_SEARCH]).split(" ") if part]
    rows = db.session.execute(
        select(PlanNode, PlanLevel, Subject)
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(PlanNode.plan_id == plan.id, PlanNode.standing)
        .order_by(PlanNode.position)
    ).all()
    branches: dict[int, _Branch] = {}
    roots: list[_Branch] = []
    counted: dict[str, int] = {}
    hits = 0
    for node, level, subject in rows:
        counted[level.name] = counted.get(level.name, 0) + 1
        above = branches.get(node.parent_id or 0)
        hit = bool(wanted) and all(part in fold(f"{node.number} {node.title} {node.text}") for part in wanted)
        hits += hit
        page_code = above.line.page_code if level.within and above is not None else node.code
        branch = _Branch(
            TreeLine(
                code=node.code,
                number=node.number,
                title=node.title or excerpt(node.text, 60),
                level=level.code,
                level_name=level.name,
                within=level.within,
                is_open=_is_open(subject),
                page_code=page_code,
                subject_id=node.subject_id,
                is_hit=hit,
            )
        )
        branches[node.id] = branch
        (above.children if above is not None else roots).append(branch)
    lines = tuple(line for line in map(_finished, roots) if not wanted or _holds_hit(line))
    if wanted:
        lines = tuple(_only_hits(line) for line in lines)
    return PlanTreePage(
        plan=plan,
        version=version,
        version_name=version_name(version),
        lines=lines,
        levels=tuple(LevelCount(name, count) for name, count in counted.items()),
        search=search[:LONGEST_SEARCH],
        hits=hits,
    )


def _finished(branch: _Branch) -> TreeLine:
    line = branch.line
    return replace(line, children=tuple(map(_finished, branch.children)))


def _holds_hit(line: TreeLine) -> bool:
    return line.is_hit or any(map(_holds_hit, line.children))


def _only_hits(line: TreeLine) -> TreeLine:
    return replace(line, children=tuple(_only_hits(child) for child in line.children if _holds_hit(child)))


def _is_open(subject: Subject) -> bool:
    return subject.opened_at is not None and subject.closed_at is None


def list_print_pages(slug: str) -> tuple[Plan, PlanVersion, list[PlanNode], dict[int, PlanLevel]]:
    """Return a whole plan for paper: its nodes in reading order and its levels."""
    plan, version = get_published_state(slug)
    nodes = list(
        db.session.scalars(
            select(PlanNode).where(PlanNode.plan_id == plan.id, PlanNode.standing).order_by(PlanNode.position)
        )
    )
    levels = {
        row.id: row for row in db.session.scalars(select(PlanLevel).where(PlanLevel.plan_id == plan.id))
    }
    return plan, version, nodes, levels
