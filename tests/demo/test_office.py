"""The way through the office in the demo: posts, a longer route with a proxy, a person, questions."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.demo.office import POSTS, ROUTE
from participation.foundation.db import db
from participation.people.queries import list_absences, list_holders
from participation.replies.domain import InquiryStatus
from participation.replies.models import ApprovalRun, Inquiry, Point, PointAssignee, WardReply
from participation.replies.queries import routing, workload
from tests.support.builders.office import BY


def test_every_post_of_the_demo_is_held_and_one_head_is_away(demo_ward: Flask) -> None:
    assert len(list_holders()) == len(POSTS)
    assert [(line.name, line.proxy_name) for line in list_absences()] == [("夕凪 瑞", "雲井野 拓")]


def test_one_reply_is_on_the_longer_way_and_waits_for_the_proxy(demo_ward: Flask) -> None:
    run = db.session.scalars(select(ApprovalRun).where(ApprovalRun.route_name == ROUTE.name)).one()
    reply = db.session.get_one(WardReply, run.reply_id)
    point = db.session.get_one(Point, reply.point_id)
    view = routing.find_run_view(reply, run.version_number, point.status, BY)
    assert view is not None
    assert [step.state for step in view.steps] == ["done", "current", "done", "next"]
    assert view.steps[1].who == ("夕凪 瑞（不在。代理 雲井野 拓）",)


def test_a_point_has_a_person_and_two_sections_were_asked(demo_ward: Flask) -> None:
    assert len(db.session.scalars(select(PointAssignee)).all()) == 1
    states = db.session.scalars(select(Inquiry.status).order_by(Inquiry.id)).all()
    assert states == [InquiryStatus.PARTLY, InquiryStatus.ASKED]


def test_one_section_is_late_and_the_funnel_narrows(demo_ward: Flask) -> None:
    assert [load.name for load in workload.list_section_loads() if load.overdue] == ["資産経営課"]
    draft = next(each for each in workload.list_funnels() if each.code == "plan2-draft")
    counts = [count for _, count in draft.stages]
    assert counts == sorted(counts, reverse=True)
    assert 0 < draft.published < draft.received
