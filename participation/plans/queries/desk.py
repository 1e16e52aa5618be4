"""Reading a plan for the desk's lists: many nodes, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from participation.foundation.db import db
from participation.plans.models import (
    Plan,
    PlanNode,
)
from participation.plans.queries.places import REF_COLUMNS, NodeRef, ref_of

#: How many nodes stand on one page of the desk's list of a plan.
DESK_NODES_SHOWN = 80


@dataclass(frozen=True)
class DeskNode:
    """A node in the desk's list of a plan."""

    ref: NodeRef
    depth: int
    is_open: bool
    has_summary: bool
    standing: bool


@dataclass(frozen=True)
class DeskNodes:
    """One page of the desk's list of a plan."""

    nodes: tuple[DeskNode, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        """The place of its first node in the whole list, counted from 1."""
        return (self.number - 1) * DESK_NODES_SHOWN + 1

    @property
    def last(self) -> int:
        """The place of its last node in the whole list."""
        return self.first + len(self.nodes) - 1

    @property
    def has_more(self) -> bool:
        """Whether there is a page after it."""
        return bool(self.nodes) and self.last < self.total


def list_desk_nodes(slug: str, number: int = 1) -> DeskNodes:
    """Return one page of the nodes of a plan in reading order, retired ones last. One query."""
    rows = db.session.execute(
        REF_COLUMNS.add_columns(
            PlanNode.depth, PlanNode.summary, PlanNode.standing, func.count().over().label("total")
        )
        .where(Plan.slug == slug)
        .where(or_(PlanNode.standing, PlanNode.retired_at.is_not(None)))
        .order_by(PlanNode.standing.desc(), PlanNode.position, PlanNode.id)
        .limit(DESK_NODES_SHOWN)
        .offset((number - 1) * DESK_NODES_SHOWN)
    ).all()
    nodes = tuple(
        DeskNode(
            ref=ref_of(row),
            depth=row.depth,
            is_open=row.opened_at is not None and row.closed_at is None,
            has_summary=bool(row.summary),
            standing=row.standing,
        )
        for row in rows
    )
    return DeskNodes(nodes, number, rows[0].total if rows else 0)


def list_ticked_nodes(slug: str, codes: Sequence[str]) -> list[PlanNode]:
    """Return the standing nodes with these codes, in reading order; unknown codes are left out."""
    return list(
        db.session.scalars(
            select(PlanNode)
            .join(Plan, Plan.id == PlanNode.plan_id)
            .where(Plan.slug == slug, PlanNode.code.in_(list(codes)[:5000]), PlanNode.standing)
            .order_by(PlanNode.position)
        )
    )
