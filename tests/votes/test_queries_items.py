"""Options and the items of a plan: written as codes, linked both ways."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, visitor
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.plans.models import PlanNode
from participation.subjects.models import Subject
from participation.votes import queries
from participation.votes.models import Vote
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in

PLAN, ITEM, OTHER = "meguro-basic-plan", "MP-2-2-2-4", "MP-2-2-1-1"


def subject_of(code):
    return db.session.scalars(
        select(Subject).join(PlanNode, PlanNode.subject_id == Subject.id).where(PlanNode.code == code)
    ).one()


def test_a_code_is_found_alone_and_with_its_plan_and_an_unknown_one_is_told(app):
    item = subject_of(ITEM).id
    assert queries.item_subjects([ITEM, f"{PLAN}/{ITEM}"], beside=None) == {
        ITEM: item,
        f"{PLAN}/{ITEM}": item,
    }
    assert queries.item_subjects([], beside=None) == {}
    for wrong in ("MP-99", f"another-plan/{ITEM}", "/"):
        with pytest.raises(Refused, match="見つかりません"):
            queries.item_subjects([wrong], beside=item)


def test_staff_write_the_item_of_an_option_and_both_pages_lead_to_each_other(app, client):
    desk = PageClient(app, log_in(client, a_member_of_staff(Role.EDITOR)))
    subject = subject_of("MP-2-2-2")
    wrong = desk.get("/desk/votes/new").submit(
        "保存する",
        expect=422,
        question="どれを先にしますか",
        kind="single",
        subject_id=str(subject.id),
        labels=f"周知｜｜広く知らせます｜{ITEM}\n催し｜｜｜MP-99\n",
    )
    assert "「MP-99」という記号の、計画の項目は見つかりません。" in wrong.text
    shown = wrong.submit("保存する", labels=f"周知｜｜広く知らせます｜{ITEM}\n催し｜｜｜{OTHER}\n図書館")
    edited = shown.follow("直す")
    assert f"周知｜｜広く知らせます｜{ITEM}" in edited.form("保存する").filled({})["labels"][0]
    assert ITEM in edited.text, "the codes on the page of the subject are listed"
    edited.submit("保存する").submit("公開する")
    vote = db.session.query(Vote).one()
    page = PageClient(app, app.test_client()).get(f"/votes/{vote.public_id}")
    links = {link.href for link in page.links}
    items = [subject_of(code) for code in (ITEM, OTHER)]
    assert {f"/plans/{item.reference}" for item in items} <= links
    for item in items:
        (found,) = queries.on_subjects([item.id], visitor("k" * 20)).votes
        assert found.vote.id == vote.id
    assert queries.on_subjects([subject_of("MP-1").id], visitor("k" * 20)).votes == ()
