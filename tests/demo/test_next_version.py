"""The amended plan waits as a version; what everybody reads is the plan as it was decided."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.demo import reading
from participation.demo.calls import PLAN
from participation.foundation.db import db
from participation.plans.models import NodeText, Plan, PlanNode, PlanVersion


def test_the_amended_plan_waits_to_be_published(demo_ward: Flask) -> None:
    plan = db.session.scalars(select(Plan).where(Plan.slug == PLAN)).one()
    versions = db.session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number)
    ).all()
    assert [version.published_at is not None for version in versions] == [True, False]
    assert plan.current_number == 1


def test_exactly_the_amended_places_have_new_words_in_it(demo_ward: Flask) -> None:
    rows = db.session.execute(
        select(PlanNode.code, NodeText.text, PlanNode.text)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(Plan.slug == PLAN, NodeText.number == 2)
    ).all()
    amendments = {amendment["location"]: amendment for amendment in reading.listed("amendments")}
    assert {code for code, _, _ in rows} == set(amendments)
    for code, new, read_by_everybody in rows:
        assert amendments[code]["after"] in new
        assert amendments[code]["after"] not in read_by_everybody
