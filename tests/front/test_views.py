"""The composed pages: home, an item of the plan with its voices, one's own page."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from participation.access.actors import Role
from participation.foundation import remembering
from participation.foundation.db import db, transaction
from participation.jobs import retention
from participation.plans.models import Plan, PlanNode
from participation.plans.queries import list_plans
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.votes import a_vote
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in

VIEWPOINT = "/plans/meguro-basic-plan/MP-2-2-2"


def subject_of(code: str) -> Subject:
    return db.session.scalars(
        select(Subject).join(PlanNode, PlanNode.subject_id == Subject.id).where(PlanNode.code == code)
    ).one()


def text(client, path=VIEWPOINT):
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_home_shows_every_viewpoint_of_the_plan(client):
    page = text(client, "/")
    assert "情報発信力・収集力の強化" in page
    assert page.count("/plans/meguro-basic-plan/MP-") >= 13


def test_home_shows_what_is_asked_now(client):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2")])
    assert f"/consultations/{consultation.code}" in text(client, "/")


def test_a_viewpoint_shows_all_its_items_with_their_anchors(client):
    page = text(client)
    for number in range(1, 5):
        assert f'id="MP-2-2-2-{number}"' in page


def test_an_item_leads_to_its_place_on_the_viewpoint(client):
    answer = client.get("/plans/meguro-basic-plan/MP-2-2-2-3")
    assert answer.headers["Location"].endswith("/MP-2-2-2#MP-2-2-2-3")


def test_an_opinion_can_be_handed_in_while_it_is_asked_for(client):
    assert "いまは意見を募集していません" in text(client)
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2"), subject_of("MP-2-2-2-1")])
    page = text(client)
    assert f"/consultations/{consultation.code}/opinions/new" in page
    assert "この項目に意見を出す" in page


def test_the_four_steps_count_what_was_really_said(client):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2-1")])
    for _ in range(3):
        an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    page = text(client)
    assert "3人から" in page
    assert "意見 3件" in page


def test_a_one_tap_question_and_a_vote_stand_on_the_page(client):
    a_vote(subject_id=subject_of("MP-2-2-2").id)
    assert "区報を掲示板にも貼るべきですか" in text(client)


def test_a_plan_of_another_ward_is_only_read(client):
    other = next(card for card in list_plans() if card.plan.is_reference)
    code = db.session.scalars(
        select(PlanNode.code)
        .where(PlanNode.plan_id == other.plan.id, PlanNode.parent_id.is_(None))
        .order_by(PlanNode.position)
    ).first()
    page = text(client, f"/plans/{other.plan.slug}/{code}")
    assert "ほかの区の計画です" in page
    assert "意見を出す" not in page.partition("<main")[2].partition("</main>")[0]


def test_every_page_of_every_plan_opens(client):
    rows = db.session.execute(
        select(Plan.slug, PlanNode.code).join(Plan, Plan.id == PlanNode.plan_id).order_by(PlanNode.id)
    ).all()
    for slug, code in rows[::7]:
        answer = client.get(f"/plans/{slug}/{code}")
        assert answer.status_code in (200, 302), code


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/accessibility", VIEWPOINT])
def test_pages_name_the_reader_in_the_header_only(client, app, path):
    log_in(client, a_resident("かもめ"))
    text(app.test_client(), path)
    assert "かもめさんのページ" in text(client, path)
    assert "かもめ" not in text(app.test_client(), path)


def test_my_page_leads_a_resident_to_their_things_and_staff_to_the_desk(client, app):
    log_in(client, a_resident())
    assert "自分の意見とそのあと" in text(client, "/my")
    staff = app.test_client()
    log_in(staff, a_member_of_staff(Role.OFFICER))
    assert "聴く机を開く" in text(staff, "/my")


def test_my_page_asks_a_visitor_to_log_in_first(client):
    assert client.get("/my").headers["Location"] == "/log-in?next=/my"


def test_the_number_of_queries_does_not_grow_with_what_was_said(client, app):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2-1")])
    an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    few = queries_of(app)
    for _ in range(8):
        an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    remembering.forget_all()
    assert queries_of(app) == few


def test_after_somebody_spoke_only_what_people_say_is_read_again(app):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2-1")])
    queries_of(app)
    an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    assert queries_of(app) <= 8


def test_whatever_changes_the_page_shows_it_with_the_very_next_request(client):
    text(client)
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2-1")])
    assert f"/consultations/{consultation.code}/" in text(client)
    a_vote(subject_id=subject_of("MP-2-2-2").id, question="夜の会議を増やしますか")
    assert "夜の会議を増やしますか" in text(client)
    with transaction():
        db.session.scalars(select(PlanNode).where(PlanNode.code == "MP-2-2-2")).one().summary = "新しいまとめ"
    assert "新しいまとめ" in text(client)


def queries_of(app):
    counted = [0]

    def count(*_arguments):
        counted[0] += 1

    app.extensions["page_cache"].clear()
    event.listen(db.engine, "before_cursor_execute", count)
    text(app.test_client())
    event.remove(db.engine, "before_cursor_execute", count)
    return counted[0]


def test_the_page_on_personal_data_says_how_long_each_thing_is_kept(app, monkeypatch):
    monkeypatch.setitem(app.config, "IDENTITY_KEPT_DAYS", 180)
    text = PageClient(app, app.test_client()).get("/privacy").text
    for rule in retention.all_rules():
        assert rule.meaning in text
    assert "提出者の氏名・住所（結果の公表から） 180日" in text
