"""Reading what a plan says now and what a new version, still in hand, would change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.plans.domain.comparing import Changes, Known, compare, keep_codes
from participation.plans.domain.tree import PlanTree, Problem, Unreadable
from participation.plans.domain.uploads import DraftUpload
from participation.plans.models import (
    NodeText,
    Plan,
    PlanDraft,
    PlanNode,
)
from participation.plans.queries.library import LANGUAGE, find_plan


def newest_texts(plan: Plan) -> dict[str, tuple[PlanNode, NodeText]]:
    """Every node by its code with what the newest version made of it, published or not. One query."""
    newest = (
        select(NodeText.node_id, func.max(NodeText.number).label("number"))
        .join(PlanNode, PlanNode.id == NodeText.node_id)
        .where(PlanNode.plan_id == plan.id, NodeText.language == LANGUAGE)
        .group_by(NodeText.node_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PlanNode, NodeText)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .join(newest, (newest.c.node_id == NodeText.node_id) & (newest.c.number == NodeText.number))
        .where(NodeText.language == LANGUAGE)
    )
    return {node.code: (node, state) for node, state in rows}


def latest_state(plan: Plan) -> dict[str, Known]:
    """Every node as the newest version has it, published or not."""
    return {
        code: Known(
            code=code,
            parent=state.parent_code,
            order=state.sibling_order,
            level=state.level_code,
            number=state.written,
            title=state.title,
            text=state.text,
            standing=state.standing,
        )
        for code, (_, state) in newest_texts(plan).items()
    }


def get_draft(public_id: str) -> PlanDraft:
    """Return an uploaded document that waits to be confirmed; raises NotFound."""
    draft = db.session.scalars(select(PlanDraft).where(PlanDraft.public_id == public_id)).one_or_none()
    if draft is None:
        raise NotFound("この下書きは見つかりませんでした。取り込みが済んだか、消されています。")
    return draft


@dataclass(frozen=True)
class DraftPreview:
    """What a waiting document would become, and what it would change; or why it cannot be read."""

    draft: PlanDraft
    plan: Plan | None
    tree: PlanTree | None
    changes: Changes | None
    problems: tuple[Problem, ...] = ()


def preview_draft(public_id: str) -> DraftPreview:
    """Read a waiting document again and compare it with its plan; nothing is changed."""
    draft = get_draft(public_id)
    plan = find_plan(draft.slug)
    upload = DraftUpload(
        filename=draft.filename,
        content=draft.content,
        form=draft.form,
        slug=draft.slug,
        title=draft.title,
        stage=draft.stage,
        label=draft.label,
        dated_on=draft.dated_on,
    )
    try:
        tree = upload.read(
            prefix=plan.code_prefix if plan is not None else "",
            plan_title=plan.title if plan is not None else "",
        )
    except Unreadable as refused:
        return DraftPreview(draft, plan, None, None, refused.problems)
    known = latest_state(plan) if plan is not None else {}
    tree = keep_codes(tree, known)
    if plan is not None:
        tree = tree.with_details(kind=plan.kind, ward=plan.ward)
    return DraftPreview(draft, plan, tree, compare(known.values(), tree))


def list_drafts() -> list[PlanDraft]:
    """Return the uploads that wait to be confirmed, newest first."""
    return list(
        db.session.scalars(select(PlanDraft).order_by(PlanDraft.created_at.desc(), PlanDraft.id.desc()))
    )
