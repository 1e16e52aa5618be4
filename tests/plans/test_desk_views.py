"""Pages of plans, as staff meet them."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.plans import commands, queries
from participation.plans.models import PlanDraft
from participation.subjects.models import Subject
from participation.subjects.queries import is_open
from tests.plans.trees import FIRST, SECOND
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in

BY = system("tests")


def desk(app: Flask, *roles: Role) -> PageClient:
    return PageClient(app, log_in(app.test_client(), a_member_of_staff(*roles)))


@pytest.fixture
def editor(app: Flask) -> PageClient:
    return desk(app, Role.EDITOR)


@pytest.fixture
def administrator(app: Flask) -> PageClient:
    return desk(app, Role.ADMINISTRATOR)


def upload(
    client: PageClient, text: str | bytes, name: str = "plan.csv", *, expect: int = 200, **fields: str
):
    content = text if isinstance(text, bytes) else text.encode()
    form = client.get("/desk/plans/import").form("読み取った内容を確かめる")
    data = form.filled({"title": "ためしの計画", "slug": "test-plan", **fields}, pressed=None)
    data = {name_: values for name_, values in data.items() if name_ != "document"}
    return client.post("/desk/plans/import", {**data, "document": (io.BytesIO(content), name)}, expect=expect)


def test_an_upload_is_looked_at_before_anything_changes(editor):
    shown = upload(editor, FIRST)
    assert shown.h1 == "読み取った内容の確認"
    assert "公園の数を増やします。" in shown.text
    assert queries.find_plan("test-plan") is None
    assert len(queries.list_drafts()) == 1


def test_what_is_confirmed_waits_for_an_approver_to_publish_it(app, editor):
    after = upload(editor, FIRST).submit("この内容で取り込む")
    assert after.h1 == "ためしの計画"
    assert "公開前" in after.text
    assert queries.list_drafts() == []
    assert editor.client.get("/plans/test-plan").status_code == 404
    approver = desk(app, Role.APPROVER)
    approver.get("/desk/plans/test-plan").submit("第1版を公開する")
    assert "みどりを守る" in approver.get("/plans/test-plan").text


def test_an_editor_cannot_publish_at_once_and_nothing_is_half_done(editor):
    upload(editor, FIRST).submit("この内容で取り込む", publish="now", expect=403)
    assert queries.find_plan("test-plan") is None
    assert len(queries.list_drafts()) == 1


def test_an_administrator_takes_in_and_publishes_at_once(administrator):
    upload(administrator, FIRST).submit("この内容で取り込む", publish="now")
    assert "みどりを守る" in administrator.get("/plans/test-plan").text


def test_a_new_version_shows_what_it_changes_before_and_after(administrator):
    upload(administrator, FIRST).submit("この内容で取り込む", publish="now")
    shown = upload(administrator, SECOND, plan="test-plan", title="", slug="")
    assert "追加1件、変更2件、廃止1件" in shown.text
    after = shown.submit("この内容で取り込む")
    difference = after.follow("前の版との違い")
    assert "廃止 1件" in difference.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("コード,題名\nA,あ\nA,い\n", "3行目：コード「A」が2回"),
        (b"\xe6\x96\xb9\n\xff\xfe\xfd\n", "2行目："),
        (b"%PDF-1.4", "PDFのままでは読めません"),
        ("", "空です"),
    ],
)
def test_a_document_that_is_no_plan_is_refused_with_its_lines_and_what_was_typed_stays(
    editor, content, message
):
    shown = upload(editor, content, expect=422)
    assert message in shown.text
    assert shown.by_id("title").attrs["value"] == "ためしの計画"
    assert queries.list_drafts() == []


def test_without_a_file_the_page_says_so(editor):
    shown = editor.get("/desk/plans/import").submit(
        "読み取った内容を確かめる", document=None, title="あ", expect=422
    )
    assert "ファイルを選んでください。" in shown.text


def test_script_in_an_upload_is_shown_as_words(editor):
    words = "<script>alert(1)</script>{{7*7}}"
    form = editor.get("/desk/plans/import").form("読み取った内容を確かめる")
    data = form.filled({"title": words, "slug": "test-plan"}, pressed=None)
    data = {name: values for name, values in data.items() if name != "document"}
    content = f"コード,題名\nA,{words}\n".encode()
    shown = editor.post(
        "/desk/plans/import", {**data, "document": (io.BytesIO(content), f"{words}.csv")}, leftovers_ok=True
    )
    assert "<script>alert" not in shown.html


def test_an_upload_can_be_thrown_away(editor):
    after = upload(editor, FIRST).submit("この文書を取り込まずに消す")
    assert after.h1 == "計画"
    assert db.session.scalars(select(PlanDraft)).all() == []


def test_confirming_twice_takes_in_once(editor):
    shown = upload(editor, FIRST)
    form = shown.form("この内容で取り込む")
    data = form.filled({}, pressed="この内容で取り込む")
    first = editor.client.post(form.action, data=data)
    again = editor.client.post(form.action, data=data)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert len(queries.list_versions("test-plan", with_unpublished=True)) == 1


def test_ticked_nodes_are_closed_and_opened_for_talk(editor):
    page = editor.get("/desk/plans/meguro-basic-plan")
    page.submit("受付を終える", code=["MP-2-2-2", "MP-2-2-2-1"])
    closed = [queries.get_node("meguro-basic-plan", code) for code in ("MP-2-2-2", "MP-2-2-2-1")]
    assert not any(is_open(db.session.get_one(Subject, node.subject_id)) for node in closed)
    editor.get("/desk/plans/meguro-basic-plan").submit("受付を始める", code=["MP-2-2-2"])
    db.session.rollback()
    assert is_open(db.session.get_one(Subject, closed[0].subject_id))
    assert not is_open(db.session.get_one(Subject, closed[1].subject_id))


def test_a_summary_is_worded_and_shown(editor):
    page = editor.get("/desk/plans/meguro-basic-plan/MP-2-2-2/summary")
    after = page.submit("保存する", summary="新しいまとめです。\n二行目です。")
    assert after.h1.startswith("目黒区基本計画")
    assert queries.get_node("meguro-basic-plan", "MP-2-2-2").summary == "新しいまとめです。\n二行目です。"


def test_a_summary_written_over_a_colleagues_is_kept_in_the_field(editor):
    page = editor.get("/desk/plans/meguro-basic-plan/MP-2-2-2/summary")
    with transaction():
        node = queries.get_node("meguro-basic-plan", "MP-2-2-2")
        commands.edit_summary(node, "同僚のまとめです。", seen_revision=0, by=BY)
    shown = page.submit("保存する", summary="わたしのまとめです。", expect=409)
    assert "同僚のまとめです。" in shown.text
    assert "わたしのまとめです。" in shown.by_id("summary").text
    shown.submit("保存する", summary="ふたりのまとめです。")
    db.session.expire_all()
    assert queries.get_node("meguro-basic-plan", "MP-2-2-2").summary == "ふたりのまとめです。"


def test_a_summary_too_long_says_by_how_much_and_stays(editor):
    shown = editor.get("/desk/plans/meguro-basic-plan/MP-2-2-2/summary").submit(
        "保存する", summary="あ" * 301, expect=422
    )
    assert "あと1文字減らして" in shown.text
    assert "あ" * 301 in shown.by_id("summary").text


@pytest.mark.parametrize("role", [Role.SCREENER, Role.AUDITOR, Role.OFFICER])
def test_other_staff_read_the_list_but_change_nothing(app, role):
    client = desk(app, role)
    shown = client.get("/desk/plans/meguro-basic-plan")
    assert "受付を終える" not in shown.text
    assert client.client.get("/desk/plans/import").status_code == 403
    assert client.client.get("/desk/plans/meguro-basic-plan/MP-2-2-2/summary").status_code == 403


def test_a_visitor_is_asked_to_log_in(client):
    assert client.get("/desk/plans/").status_code == 303


@pytest.mark.parametrize(
    "path", ["nothing", "drafts/nothing", "meguro-basic-plan/versions/1", "test-plan/versions/99"]
)
def test_what_is_not_there_is_not_found(editor, path):
    assert editor.client.get(f"/desk/plans/{path}").status_code == 404


def test_a_long_plan_is_listed_in_pages_and_ticking_leads_back_to_the_same_page(
    editor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [each.ref.code for each in queries.list_desk_nodes("meguro-basic-plan").nodes]
    monkeypatch.setattr(queries.desk, "DESK_NODES_SHOWN", 10)
    first = editor.get("/desk/plans/meguro-basic-plan")
    second = first.follow("次のページ")
    shown = [page.form("受付を終える").choices("code") for page in (first, second)]
    assert shown[0] + shown[1] == whole[:20]
    assert f"{len(whole)}項目中 11〜20番目" in second.text
    after = second.submit("受付を終える", code=shown[1][:1])
    assert after.form("受付を終える").choices("code") == shown[1]
    assert after.follow("前のページ").form("受付を終える").choices("code") == shown[0]


def test_a_page_behind_the_end_of_a_plan_leads_back(editor: PageClient) -> None:
    assert "このページに項目はありません" in editor.get("/desk/plans/meguro-basic-plan?page=99").text
