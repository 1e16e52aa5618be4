"""The desk pages of assignment, inquiries, routes, steps of a decision, numbers and progress."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.consultations.models import Consultation
from participation.foundation.db import db, transaction
from participation.organisations.models import Section
from participation.people.models import Person
from participation.replies import commands
from participation.replies.domain import ReplyStatus
from participation.replies.models import ApprovalRoute, Inquiry, Point
from participation.replies.queries import routing, rows
from tests.replies.test_desk_views import fill
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.office import BY, a_holder, a_route, appointed, away, handed_on, in_days, turn_of
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_draft, a_point, approved, published, submitted, the_schemes
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_section, actor_of, log_in


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def section():
    return a_section("広報課")


@pytest.fixture
def officer(section):
    return a_member_of_staff(Role.OFFICER, section=section, nickname="月見")


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def person_of(actor):
    return db.session.get_one(Person, actor.person_id)


def point_now(point):
    db.session.rollback()
    return db.session.get_one(Point, point.id)


def code_of(point):
    return db.session.get_one(Consultation, point.consultation_id).code


def an_inquiry(point, section, *, by=BY, question="今の取組を教えてください。"):
    with transaction():
        return commands.send_inquiry(point.public_id, section.code, question, in_days(7), by=by)


def test_every_page_opens_with_work_on_it_and_without(page, client, section, officer):
    log_in(client, officer)
    for path in ("/desk/work", "/desk/inquiries", "/desk/progress"):
        page.get(path)
    point = a_point(section=section)
    submitted(a_point(section=section))
    inquiry = an_inquiry(point, a_section("防災課"))
    for path in (
        "/desk/work",
        f"/desk/points/{point.public_id}",
        f"/desk/points/{point.public_id}/assignment",
        f"/desk/points/{point.public_id}/inquiries/new",
        f"/desk/points/{point.public_id}/hand-on",
        "/desk/inquiries",
        f"/desk/inquiries/{inquiry.public_id}",
        "/desk/progress",
        f"/desk/publish/{code_of(point)}/numbers",
    ):
        page.get(path)
    log_in(client, a_member_of_staff(Role.ADMINISTRATOR))
    route = a_route()
    for path in ("/desk/routes", "/desk/routes/new", f"/desk/routes/{route.public_id}"):
        page.get(path)


def test_a_guest_is_asked_to_log_in_and_others_are_turned_away(client, section):
    point = a_point(section=section)
    paths = ("/desk/work", "/desk/inquiries", "/desk/progress", "/desk/routes")
    assert [client.get(path).status_code for path in paths] == [303] * 4
    log_in(client, a_member_of_staff(Role.APPROVER))
    assert client.get("/desk/routes").status_code == 403
    assert client.get(f"/desk/points/{point.public_id}/inquiries/new").status_code == 403


# ── assignment ──────────────────────────────────────────────────────────────────────────────────


def test_section_person_and_a_deadline_in_working_days_are_chosen_on_the_page(client, section, officer):
    point = a_point(section=section)
    log_in(client, a_member_of_staff(Role.EDITOR))
    path = f"/desk/points/{point.public_id}/assignment"
    assert "きょうから10開庁日（令和8年12月7日（月）まで）" in client.get(path).get_data(as_text=True)
    address = f"/desk/points/{point.public_id}"
    assert fill(client, path, f"{address}/section", section=section.code, due_in="10").status_code == 303
    assert point_now(point).due_on.isoformat() == "2026-12-07"
    assert (
        fill(
            client, path, f"{address}/section", section=section.code, due_in="", due_on="2026-12-24"
        ).status_code
        == 303
    )
    assert point_now(point).due_on.isoformat() == "2026-12-24"
    assert fill(client, path, f"{address}/person", person="").status_code == 422
    assert fill(client, path, f"{address}/person", person=officer.public_id).status_code == 303
    html = client.get(f"/desk/points/{point.public_id}").get_data(as_text=True)
    assert "月見" in html
    assert "開庁日" in html


def test_what_was_typed_stays_when_something_must_be_mended(client, section, officer):
    point = a_point(section=section)
    other = a_member_of_staff(Role.OFFICER, section=section)
    with transaction():
        commands.assign_person(point.public_id, officer.public_id, by=BY)
    log_in(client, officer)
    path = f"/desk/points/{point.public_id}/assignment"
    answer = fill(client, path, f"/desk/points/{point.public_id}/person", person=other.public_id, note="")
    assert answer.status_code == 422
    assert "引き継ぐことを書いてください" in answer.get_data(as_text=True)
    assert f'<option selected value="{other.public_id}">' in answer.get_data(as_text=True)
    back = fill(
        client, path, f"/desk/points/{point.public_id}/hand-back", back_to="editors", reason="うちではない。"
    )
    assert back.status_code == 303
    assert point_now(point).section_id is None


# ── inquiries ───────────────────────────────────────────────────────────────────────────────────


def test_a_question_goes_to_another_section_and_comes_back_beside_the_editor(client, section, officer):
    point = a_point(section=section)
    asked = a_section("防災課")
    log_in(client, officer)
    path = f"/desk/points/{point.public_id}/inquiries/new"
    assert fill(client, path, path, section=asked.code, question="", due_in="5").status_code == 422
    assert fill(client, path, path, section=asked.code, question="何人？", due_in="").status_code == 422
    assert (
        fill(
            client, path, path, section=asked.code, question="何人が使っていますか。", due_in="5"
        ).status_code
        == 303
    )
    inquiry = db.session.scalars(select(Inquiry)).one()
    assert inquiry.due_on.isoformat() == "2026-11-30"
    log_in(client, a_member_of_staff(Role.OFFICER, section=asked))
    assert "何人が使っていますか。" in client.get("/desk/inquiries").get_data(as_text=True)
    address = f"/desk/inquiries/{inquiry.public_id}"
    answer = fill(client, address, f"{address}/answer", based_on="0", body="32人です。", is_partial="y")
    assert answer.status_code == 303
    late = fill(client, address, f"{address}/answer", based_on="0", body="あとの文。")
    assert late.status_code == 409
    assert "あとの文。" in late.get_data(as_text=True)
    assert 'name="based_on" value="1"' in late.get_data(as_text=True)
    log_in(client, officer)
    html = client.get(f"/desk/points/{point.public_id}").get_data(as_text=True)
    assert "32人です。" in html
    quoted = fill(
        client,
        f"/desk/points/{point.public_id}",
        f"/desk/points/{point.public_id}/compose",
        body="書いている途中。",
        based_on="0",
        do=f"inquiry:{inquiry.public_id}",
    )
    assert quoted.status_code == 200
    assert "書いている途中。\n\n（防災課の回答）\n32人です。" in quoted.get_data(as_text=True).replace(
        "\r", ""
    )
    assert rows.find_reply(point) is None, "nothing was saved by quoting"
    assert (
        fill(client, address, f"{address}/more", missing="年度も。", new_due_on="2026-12-10").status_code
        == 303
    )
    assert fill(client, address, f"{address}/close", closing_note="").status_code == 303
    assert "終わり" in client.get(address).get_data(as_text=True)


def test_an_answer_of_another_point_is_not_quoted(client, section, officer):
    point, other = a_point(section=section), a_point(section=section)
    inquiry = an_inquiry(other, a_section("防災課"))
    log_in(client, officer)
    path = f"/desk/points/{point.public_id}"
    answer = fill(client, path, f"{path}/compose", body="x", based_on="0", do=f"inquiry:{inquiry.public_id}")
    assert "引用できる回答がまだありません" in answer.get_data(as_text=True)


# ── routes and steps ────────────────────────────────────────────────────────────────────────────


def steps(*lines):
    fields = {}
    for number in range(8):
        kind, position, post, section, own = lines[number] if number < len(lines) else ("", "", "", "", "")
        fields |= {
            f"steps-{number}-kind": kind,
            f"steps-{number}-position": position,
            f"steps-{number}-post": post,
            f"steps-{number}-section": section,
        }
        if own:
            fields[f"steps-{number}-passes_own"] = "y"
    return fields


def test_an_administrator_makes_changes_and_retires_a_route_on_the_desk(client, section):
    log_in(client, a_member_of_staff(Role.ADMINISTRATOR))
    path = "/desk/routes/new"
    bad = fill(client, path, path, name="合議あり", section="", **steps(("agree", "1", "head", "", "")))
    assert bad.status_code == 422
    assert "最後は、1人の「決裁」" in bad.get_data(as_text=True)
    good = steps(("consult", "1", "head", section.code, ""), ("decide", "", "director", "", ""))
    assert fill(client, path, path, name="合議あり", section="", **good).status_code == 303
    route = db.session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == "合議あり")).one()
    line = routing.get_route_line(route.public_id)
    assert line.in_words == "合議：広報課 課長 → 決裁：担当課の部長"
    address = f"/desk/routes/{route.public_id}"
    assert fill(client, address, address, version="1", name="直した", section="", **good).status_code == 303
    stale = fill(client, address, address, version="1", name="二人目", section="", **good)
    assert stale.status_code == 409
    assert "二人目" in stale.get_data(as_text=True)
    assert "直した" in stale.get_data(as_text=True)
    assert fill(client, address, f"{address}/retire").status_code == 303
    assert "使っていません" in client.get("/desk/routes").get_data(as_text=True)


def test_the_route_is_chosen_at_handing_on_and_each_step_is_passed_on_the_page(client, section, officer):
    chief, head = a_holder("chief", section), a_holder("head", section, Role.SCREENER)
    route = a_route()
    point = a_point(section=section)
    a_draft(point, by=actor_of(officer))
    log_in(client, officer)
    path = f"/desk/points/{point.public_id}"
    assert "経路を選んで回す" in client.get(path).get_data(as_text=True)
    choices = client.get(f"{path}/hand-on").get_data(as_text=True)
    assert "課長まで（承認：担当課の係長 → 決裁：担当課の課長）" in choices
    answer = fill(client, path, f"{path}/submit", version_number="1", route=route.public_id)
    assert answer.status_code == 303
    page = f"/desk/approvals/{point.public_id}"
    log_in(client, person_of(chief))
    assert "あなたの順番" in client.get("/desk/approvals").get_data(as_text=True)
    assert _decide(client, page, point, chief).status_code == 303
    log_in(client, person_of(head))
    html = client.get(page).get_data(as_text=True)
    assert "承認：広報課 係長" in html
    assert chief.name in html
    back = f"{page}/steps/{turn_of(point, head)}/return"
    assert fill(client, page, back, version_number="1", mend="", to_step="1").status_code == 422
    assert fill(client, page, back, version_number="1", mend="数字を。", to_step="1").status_code == 303
    log_in(client, person_of(chief))
    assert "数字を。" in client.get(page).get_data(as_text=True)
    assert _decide(client, page, point, chief, comment="確かめました。").status_code == 303
    log_in(client, person_of(head))
    assert _decide(client, page, point, head, decision_number="第7号").status_code == 303
    assert point_now(point).status is ReplyStatus.APPROVED
    assert rows.find_decision(point).decision_number == "第7号"


def _decide(client, page, point, actor, **more):
    html = client.get(page).get_data(as_text=True)
    seal = re.search(r'name="content_hash" value="(\w+)"', html).group(1)
    step = turn_of(point, actor)
    return fill(
        client, page, f"{page}/steps/{step}", version_number="1", content_hash=seal, step=step, **more
    )


def test_a_proxy_is_told_for_whom_they_decide(client, section, officer):
    head = a_holder("head", section)
    appointed(officer, "chief", section)
    proxy = a_member_of_staff(Role.EDITOR)
    away(head, actor_of(proxy))
    point = a_point(section=section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    page = f"/desk/approvals/{point.public_id}"
    log_in(client, officer)
    _decide(client, page, point, actor_of(officer))
    log_in(client, proxy)
    assert f"{head.name}さんの代理として記録されます" in client.get(page).get_data(as_text=True)
    assert f"{head.name}さんの代理" in client.get("/desk/work").get_data(as_text=True)
    assert _decide(client, page, point, actor_of(proxy)).status_code == 303
    assert f"{proxy.nickname}（{head.name}の代理）" in client.get(page).get_data(as_text=True)


def test_a_step_on_a_version_that_changed_shows_the_difference_and_passes_nothing(client, section):
    chief = a_holder("chief", section)
    a_holder("head", section)
    point = a_point(section=section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    step = turn_of(point, chief)
    page = f"/desk/approvals/{point.public_id}"
    log_in(client, person_of(chief))
    a_draft(point, "あとから直した文。")
    answer = fill(client, page, f"{page}/steps/{step}", version_number="1", content_hash=version.content_hash)
    assert answer.status_code == 409
    assert "あとから直した" in answer.get_data(as_text=True)


def test_the_writer_recalls_on_the_page_and_a_second_click_is_told(client, section, officer):
    point = a_point(section=section)
    by = actor_of(officer)
    submitted(point, a_draft(point, by=by), by=by)
    log_in(client, officer)
    page = f"/desk/approvals/{point.public_id}"
    assert "引き戻す" in client.get(page).get_data(as_text=True)
    assert fill(client, page, f"{page}/recall").status_code == 303
    assert point_now(point).status is ReplyStatus.DRAFT
    assert fill(client, page, f"{page}/recall", again="1").status_code == 409


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


def test_numbers_come_from_a_file_are_shown_and_written_in_after_confirming(client, section):
    consultation = an_open_consultation()
    points = [a_point([an_opinion(to=consultation)]) for _ in range(2)]
    for point in points:
        approved(point)
    log_in(client, a_member_of_staff(Role.EDITOR))
    path = f"/desk/publish/{consultation.code}/numbers"
    assert fill(client, path, path).status_code == 422
    file = (
        io.BytesIO("論点番号,決裁番号,決裁日\n1,第1号,2026-11-20\n7,第7号,2026-11-20\n".encode("cp932")),
        "番号.csv",
    )
    answer = fill(client, path, path, document=file)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "1件を書き入れる" in html
    assert "3行目" in html
    assert "No.7の論点はありません" in html
    assert rows.find_decision(points[0]).decision_number == "8目企広第12号", "nothing was changed yet"
    lines = re.search(r'name="lines" value="([^"]*)"', html).group(1).replace("&#34;", '"')
    assert fill(client, path, f"{path}/confirm", lines=lines).status_code == 303
    db.session.rollback()
    assert rows.find_decision(points[0]).decision_number == "第1号"


def test_one_number_is_written_in_on_the_page_of_the_decision(client, section):
    point = a_point(section=section)
    published(point)
    log_in(client, a_member_of_staff(Role.APPROVER))
    page = f"/desk/approvals/{point.public_id}"
    assert (
        fill(client, page, f"{page}/number", later_number="", later_decided_on="2026-11-20").status_code
        == 422
    )
    good = {"later_number": "第9号", "later_decided_on": "2026-11-20"}
    assert fill(client, page, f"{page}/number", **good).status_code == 303
    assert "第9号" in client.get(f"/desk/points/{point.public_id}").get_data(as_text=True)


# ── progress, and the public's m of n ───────────────────────────────────────────────────────────


def test_the_public_reads_how_many_of_how_many_were_answered(client, app):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)]))
    an_opinion(to=consultation)
    html = client.get(f"/consultations/{consultation.code}/results").get_data(as_text=True)
    assert "2件のうち1件に回答しました。" in html


def test_the_first_page_of_the_desk_counts_my_own_work(client, section, officer):
    point = a_point(section=section)
    with transaction():
        commands.assign_person(point.public_id, officer.public_id, by=BY)
        db.session.get_one(Point, point.id).due_on = in_days(-1)
        asking = db.session.scalars(select(Section).order_by(Section.id)).first()
        other = Section(code="x-other", name="福祉課", position=99)
        db.session.add(other)
    assert asking is not None
    far = a_point(section=db.session.scalars(select(Section).where(Section.code == "x-other")).one())
    an_inquiry(far, section)
    log_in(client, officer)
    html = client.get("/desk/").get_data(as_text=True)
    assert "あなたが担当する論点" in html
    assert "うち期限切れ 1論点" in html
    assert "課に届いた照会" in html
