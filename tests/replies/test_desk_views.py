"""The pages of staff for points, replies, decisions and publication."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.replies.models import PlannedPublication
from tests.support.builders.replies import (
    a_draft,
    a_point,
    approved,
    submitted,
    the_schemes,
)
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


@pytest.fixture
def staff(app, client, page):
    def enter(*roles):
        log_in(client, a_member_of_staff(*roles))
        return page

    return enter


def test_every_desk_page_of_replies_opens(staff, client):
    point = a_point()
    submitted(point)
    a_draft(point, "直した文。")
    code = point_code(point)
    page = staff(Role.EDITOR)
    for path in (
        "/desk/points",
        f"/desk/points/{point.public_id}",
        f"/desk/points/{point.public_id}/versions?old=1&new=2",
        "/desk/approvals",
        f"/desk/approvals/{point.public_id}?version=1",
        "/desk/publish",
        f"/desk/publish/{code}",
    ):
        page.get(path)


def point_code(point):
    return db.session.get_one(Consultation, point.consultation_id).code


def test_a_guest_is_asked_to_log_in_and_a_screener_may_not_write(client, staff):
    point = a_point()
    assert client.get("/desk/points").status_code == 303
    page = staff(Role.SCREENER)
    text = page.get(f"/desk/points/{point.public_id}").text
    assert "新しい版として保存する" not in text


def fill(client, path, action, **fields):
    html = client.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)
    form = {
        "csrf_token": token,
        "submission_id": f"test-{abs(hash((path, action, str(fields)))):x}-0123456789",
    }
    return client.post(action, data={**form, **fields})


def test_writing_handing_on_and_deciding_through_the_pages(client):
    point = a_point()
    path = f"/desk/points/{point.public_id}"
    log_in(client, a_member_of_staff(Role.EDITOR))
    answer = fill(client, path, f"{path}/reply", body="考え方の文です。", disposition="A", based_on="0")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    late = fill(client, path, f"{path}/reply", body="あとから来た文。", disposition="A", based_on="0")
    assert late.status_code == 409
    html = late.get_data(as_text=True)
    assert "あとから来た文。" in html
    assert 'name="based_on" value="1"' in html
    assert fill(client, path, f"{path}/draft", body="書きかけ", based_on="1").get_json() == {"saved": True}
    assert "書きかけ" in client.get(path).get_data(as_text=True)
    assert fill(client, path, f"{path}/submit", version_number="1").status_code == 303
    log_in(client, a_member_of_staff(Role.APPROVER))
    html = client.get(f"/desk/approvals/{point.public_id}").get_data(as_text=True)
    seal = html.split('name="content_hash" value="')[1].split('"')[0]
    a_draft(point, "決裁の直前に直した文。")
    url = f"/desk/approvals/{point.public_id}"
    answer = fill(client, url, url, version_number="1", content_hash=seal)
    assert answer.status_code == 409
    assert "決裁の直前に直した" in answer.get_data(as_text=True)


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "xlsx", "csv", "txt"])
def test_staff_read_the_result_before_it_is_public_and_the_look_is_recorded(staff, client, form):
    point = a_point()
    a_draft(point, "まだ下書きの考え方です。")
    code = point_code(point)
    page = staff(Role.OFFICER)
    address = f"/desk/publish/{code}/preview.{form}"
    assert f'href="{address}"' in page.get(f"/desk/publish/{code}").html
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "%E5%85%AC%E8%A1%A8%E5%89%8D" in answer.headers["Content-Disposition"]  # 公表前
    if form in ("html", "csv", "txt"):
        assert "公表前" in answer.get_data().decode("utf-8-sig")
        assert "まだ下書きの考え方です。" in answer.get_data().decode("utf-8-sig")
    looks = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "replies.preview_results")).all()
    assert [look.changes["form"] for look in looks] == [form]


def test_nobody_but_staff_sees_a_result_before_it_is_public(client):
    point = a_point()
    code = point_code(point)
    assert client.get(f"/desk/publish/{code}/preview.txt").status_code == 303
    log_in(client, a_resident())
    assert client.get(f"/desk/publish/{code}/preview.txt").status_code == 403


def test_a_publication_is_planned_confirmed_by_another_and_taken_back_through_the_page(client):
    point = a_point()
    approved(point)
    path = f"/desk/publish/{point_code(point)}"
    planner, second = a_member_of_staff(Role.APPROVER), a_member_of_staff(Role.APPROVER)
    log_in(client, planner)
    bad = fill(client, path, f"{path}/plan", publish_on="", publish_hour="10", plan_kind="interim")
    assert bad.status_code == 422
    assert "公表する日を入力してください。" in bad.get_data(as_text=True)
    good = {
        "publish_on": "2026-12-01",
        "publish_hour": "9",
        "plan_kind": "interim",
        "plan_note": "予約です。",
    }
    assert fill(client, path, f"{path}/plan", **good).status_code == 303
    plan = db.session.scalars(select(PlannedPublication)).one()
    html = client.get(path).get_data(as_text=True)
    assert "令和8年12月1日（火）9時00分" in html
    assert "自分では確かめられません" in html
    assert fill(client, path, f"{path}/plan/{plan.public_id}/confirm").status_code == 403
    log_in(client, second)
    assert "確かめて、予約を有効にする" in client.get(path).get_data(as_text=True)
    assert fill(client, path, f"{path}/plan/{plan.public_id}/confirm").status_code == 303
    assert second.nickname in client.get(path).get_data(as_text=True)
    assert fill(client, path, f"{path}/plan/{plan.public_id}/cancel").status_code == 303
    assert "公表を予約する" in client.get(path).get_data(as_text=True)
