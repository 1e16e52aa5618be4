"""The items of plans that options are about (選択肢と計画の項目): staff write their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.plans import queries as plans
from participation.plans.models import Plan, PlanNode
from participation.votes.models import VoteOption

MOST_ITEMS_SHOWN = 60


def item_subjects(written: Iterable[str], *, beside: int | None) -> dict[str, int]:
    """Return the subject of each item by how staff wrote it; raises Refused for one that is not found.

    They write its code, as in MP-2-2-2-4, or, where several plans have that code, the plan's address before
    it: meguro-basic-plan/MP-2-2-2-4. Of equal codes that of the plan counts which `beside` belongs to.
    """
    wanted = list(dict.fromkeys(written))
    if not wanted:
        return {}
    own_plan = select(PlanNode.plan_id).where(PlanNode.subject_id == (beside or 0)).scalar_subquery()
    rows = db.session.execute(
        select(Plan.slug, PlanNode.code, PlanNode.subject_id, Plan.id == own_plan)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(PlanNode.code.in_([each.rpartition("/")[2] for each in wanted]), PlanNode.standing)
    ).all()
    found = {}
    for each in wanted:
        slug, _, code = each.rpartition("/")
        same = [row for row in rows if row.code == code and slug in ("", row.slug)]
        same = [row for row in same if row[3]] or same
        if not same:
            raise Refused(f"「{each[:60]}」という記号の、計画の項目は見つかりません。", field="labels")
        if len(same) > 1:
            raise Refused(
                f"「{each[:60]}」は、いくつかの計画にあります。「{same[0].slug}/{code}」のように書いてください。",
                field="labels",
            )
        found[each] = same[0].subject_id
    return found


def item_codes(options: Sequence[VoteOption], *, beside: int) -> dict[int, str]:
    """Return how staff write the items that options are about, by their subjects."""
    subject_ids = [option.subject_id for option in options if option.subject_id is not None]
    if not subject_ids:
        return {}
    refs = plans.refs_by_subject([*subject_ids, beside])
    own = refs[beside].plan_slug if beside in refs else None
    return {
        subject_id: ref.code if ref.plan_slug == own else f"{ref.plan_slug}/{ref.code}"
        for subject_id in subject_ids
        if (ref := refs.get(subject_id)) is not None
    }


def list_items_of(subject_id: int) -> list[tuple[str, str]]:
    """Return (code, words) of the items on the page of a subject, for staff who write options."""
    items = plans.list_on_page_of(subject_id)[:MOST_ITEMS_SHOWN]
    return [(item.code, (item.title or item.text)[:80]) for item in items]
