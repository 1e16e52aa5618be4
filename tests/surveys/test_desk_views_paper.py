"""Paper and invitations as staff meet them: printed, typed twice, settled, corrected; codes handed out once."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.surveys import commands, queries
from participation.surveys.commands import PaperSettingsDraft
from participation.surveys.domain import Audience, InvitationKind, MultipleSpec
from participation.surveys.domain.inviting import BatchDraft, shown_code
from participation.surveys.domain.paper_entry import EntryCheck
from participation.surveys.models import PaperForm, PaperScan, Response
from tests.foundation.test_file_kinds import PNG
from tests.support.builders.surveys import EDITOR, a_question, a_survey, options
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR, nickname="入力 一郎"))
    return PageClient(app, client)


@pytest.fixture
def colleague(app):
    client = app.test_client()
    log_in(client, a_member_of_staff(Role.OFFICER, nickname="入力 二郎"))
    return PageClient(app, client)


def paper_survey(check=EntryCheck.ALL, questions=None, **settings):
    survey = a_survey(questions, **settings)
    with transaction():
        draft = PaperSettingsDraft(
            "〒000-0000 見本区役所", "企画課", "統計だけに使います。", check, 10, True, 0
        )
        commands.change_paper_settings(survey, draft, by=EDITOR)
    return survey


def test_a_form_is_typed_twice_settled_corrected_and_counted_with_its_origin(desk, colleague):
    survey = paper_survey()
    base = f"/desk/surveys/{survey.public_id}/paper"
    assert "入力した調査票はありません" in desk.get(base).text
    page = desk.get(base).follow("紙・電話・窓口の回答を入力する")
    saved = page.submit(
        "保存して次を入力する", number="0041", t_q1="1", t_q2="1,3", t_q3="4", t_q4="紙の言葉"
    )
    assert "整理番号 0041：2回目の入力待ち" in saved.text
    assert saved.form().filled({})["number"] == ["0042"], "the number is counted on"
    assert "2回目を入力する" not in desk.get(base).text, "nobody checks their own entry"
    second = colleague.get(base).follow("2回目を入力する")
    assert "紙の言葉" not in second.html, "the first entry is not seen"
    settle = second.submit("保存して次の紙へ", t_q1="2", t_q2="3 1", t_q3="4", t_q4="紙の言葉")
    assert "入力の違い 0041" in settle.h1
    assert settle.text.count("区報を読みますか") >= 2
    settle.submit("この内容に決める", t_q1="2")
    form = db.session.scalars(select(PaperForm)).one()
    shown = desk.get(f"{base}/forms/{form.public_id}")
    assert "集計済み" in shown.text
    assert "ときどき" in shown.text
    corrected = shown.follow("直す").submit("直して保存する", expect=422, t_q1="1")
    assert "直す理由" in corrected.text
    corrected.submit("直して保存する", t_q1="1", reason="読み違い")
    assert queries.count_answers(survey)[("q1", "a1")] == 1
    assert db.session.scalars(select(Response)).one().origin == "paper"
    gone = (
        desk.get(f"{base}/forms/{form.public_id}")
        .follow("取り消す")
        .submit("入力を取り消す", reason="別の調査")
    )
    assert "取り消した" in gone.text
    assert queries.count_answers(survey)[("q1", "a1")] == 0


def test_slips_are_mended_and_breaches_decided_with_what_was_typed_kept(desk):
    questions = [a_question(), a_question(MultipleSpec(options=options("い", "ろ", "は"), most=1))]
    survey = paper_survey(EntryCheck.NONE, questions)
    page = desk.get(f"/desk/surveys/{survey.public_id}/paper/enter")
    wrong = page.submit("保存して次を入力する", expect=422, number="1", t_q1="9", t_q2="1,2")
    assert "9番の選択肢はありません" in wrong.text
    assert "1つまで選べます" in wrong.text
    assert wrong.form().filled({})["t_q2"] == ["1,2"]
    done = wrong.submit("保存して次を入力する", t_q1="1", d_q2="as_written")
    assert "集計済み" in done.text
    assert queries.count_answers(survey)[("q2", "a2")] == 1
    again = done.submit("保存して次を入力する", expect=422, number="1", t_q1="1")
    assert "もう入力されています" in again.text


def test_what_two_people_change_at_once_is_shown_side_by_side(desk, colleague):
    survey = paper_survey(EntryCheck.NONE)
    desk.get(f"/desk/surveys/{survey.public_id}/paper/enter").submit(
        "保存して次を入力する", number="1", t_q1="1"
    )
    form = db.session.scalars(select(PaperForm)).one()
    address = f"/desk/surveys/{survey.public_id}/paper/forms/{form.public_id}/correct"
    mine, theirs = desk.get(address), colleague.get(address)
    theirs.submit("直して保存する", t_q1="2", reason="二郎が直した")
    late = mine.submit("直して保存する", expect=409, t_q1="3", reason="一郎が直した")
    assert "ほかの人が先に直しました" in late.text
    assert late.form().filled({})["t_q1"] == ["3"]
    late.submit("直して保存する")
    assert queries.count_answers(survey)[("q1", "a3")] == 1
    settings = f"/desk/surveys/{survey.public_id}/paper/settings"
    one, two = desk.get(settings), colleague.get(settings)
    one.submit("保存する", contact="企画課 1234")
    stale = two.submit("保存する", expect=409, contact="広報課")
    assert "企画課 1234" in stale.text
    assert "広報課" in stale.html


def test_scans_are_kept_sealed_and_every_look_is_on_record(desk, client):
    survey = paper_survey(EntryCheck.NONE)
    desk.get(f"/desk/surveys/{survey.public_id}/paper/enter").submit(
        "保存して次を入力する", number="1", t_q1="1"
    )
    form = db.session.scalars(select(PaperForm)).one()
    base = f"/desk/surveys/{survey.public_id}/paper/forms/{form.public_id}"
    desk.get(base).submit("付ける", expect=422)
    desk.get(base).submit("付ける", files=(io.BytesIO(PNG), "紙.png"))
    scan = db.session.scalars(select(PaperScan)).one()
    address = f"{base}/scans/{scan.public_id}"
    response = client.get(address)
    assert response.data == PNG
    assert "attachment" in response.headers["Content-Disposition"]
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.look_at_scan")).one()
    desk.get(base).follow("外す").submit("写しを外す", reason="別の紙")
    assert client.get(address).status_code == 404


def test_sheets_are_printed_ordinary_large_and_from_the_browser(desk, client):
    survey = paper_survey()
    base = f"/desk/surveys/{survey.public_id}/paper"
    for address in (f"{base}/sheet.pdf", f"{base}/sheet.pdf?print=large&version=1"):
        response = client.get(address)
        assert response.headers["Content-Type"] == "application/pdf"
        for sign in (b"%PDF-", b"/StructTreeRoot", b"pdfuaid"):
            assert sign in response.data
    page = desk.get(f"{base}/print")
    assert "問2 何で知りますか" in page.text.replace("\u3000", " ")
    assert "見本区役所" in page.text


def test_codes_are_issued_for_a_list_and_handed_out_once(desk, client):
    survey = paper_survey()
    address = f"/desk/surveys/{survey.public_id}/invitations"
    refused = desk.get(address).submit(
        "番号を発行する", expect=422, rows=(io.BytesIO("整理番号,氏名\n1,x\n".encode()), "list.csv")
    )
    assert "氏名や住所は" in refused.text
    page = desk.get(address).submit(
        "番号を発行する", rows=(io.BytesIO("整理番号,地区\nA1,東部\nA2,西部\n".encode()), "list.csv")
    )
    assert "地区：東部" in page.text
    batch = queries.list_batches(survey)[0]
    form = page.form("取り出す")
    response = client.post(form.action, data={**form.filled({}), "letters": "y", "sheets": "y"})
    assert response.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as package:
        assert package.namelist() == ["招待の番号.csv", "招待状.pdf", "調査票.pdf"]
        rows = list(csv.reader(io.StringIO(package.read("招待の番号.csv").decode("utf-8-sig"))))
    assert rows[0] == ["整理番号", "招待の番号", "回答ページ", "地区"]
    assert queries.find_invitation(survey, rows[1][1]).invitation is not None
    again = client.post(form.action, data={**form.filled({}), "letters": "y"})
    assert again.status_code == 409
    db.session.refresh(batch)
    assert batch.sealed is None
    gone = desk.get(address).submit("記録する", expect=422, numbers="ZZ")
    assert "この整理番号の招待はありません" in gone.text
    desk.get(address).submit("記録する", numbers="A1", what="returned")
    reissued = desk.get(address).submit("記録する", numbers="A2", what="reissue", reason="紛失")
    assert "第2束（1件・再発行）" in reissued.text


def test_a_file_is_looked_at_before_it_is_taken_in(desk):
    survey = paper_survey()
    address = f"/desk/surveys/{survey.public_id}/import"
    assert (
        "PDFは読めません"
        in desk.get(address)
        .submit("内容を確かめる", expect=422, document=(io.BytesIO(b"%PDF-1.7"), "x.pdf"))
        .text
    )
    seen = desk.get(address).submit(
        "内容を確かめる", document=(io.BytesIO(b"q1,q3,memo\na1,5,x\nzz,5,\n"), "a.csv")
    )
    assert "新しく加える回答" in seen.text
    assert "3行目" in seen.text
    assert "使いません" in seen.text
    running = seen.submit("1件を取り込む")
    assert "取り込んでいます" in running.text
    other = desk.get(address).submit("内容を確かめる", document=(io.BytesIO(b"q1\na2\n"), "b.csv"))
    assert "取り込まずに消しました" in other.submit("取り込まずに消す").text


@pytest.mark.parametrize("role", [Role.SCREENER, Role.AUDITOR, Role.ANALYST])
def test_who_may_only_look_sees_no_way_to_change(app, client, role):
    survey = paper_survey()
    log_in(client, a_member_of_staff(role))
    page = PageClient(app, client)
    assert "番号を発行する" not in page.get(f"/desk/surveys/{survey.public_id}/invitations").text
    may_type = role is Role.SCREENER
    links = [each.text for each in page.get(f"/desk/surveys/{survey.public_id}/paper").links]
    assert ("紙・電話・窓口の回答を入力する" in links) == may_type


def test_an_invited_person_answers_by_the_printed_link_once_whichever_way(app, desk):
    survey = paper_survey(EntryCheck.NONE, audience=Audience.INVITED)
    with transaction():
        batch = commands.issue_invitations(survey, BatchDraft(InvitationKind.PERSON, "", 2), by=EDITOR)
        first, second = commands.take_codes(survey, batch, by=EDITOR)
    resident = PageClient(app, app.test_client())
    start = resident.get(f"/surveys/{survey.public_id}?invitation={first.code}")
    assert start.form("この番号で答える").filled({})["code"] == [first.code]
    start.submit("この番号で答える").submit("回答を送る", q1="a2")
    rates = queries.show_response_rates(survey)
    assert (rates[0].invited, rates[0].answered) == (2, 1)
    typed = {"number": "1", "code": shown_code(first.code), "t_q1": "1"}
    enter = f"/desk/surveys/{survey.public_id}/paper/enter"
    assert "同じ招待で回答済み" in desk.get(enter).submit("保存して次を入力する", **typed).text
    desk.get(enter).submit("保存して次を入力する", **typed | {"number": "2", "code": second.code})
    late = PageClient(app, app.test_client()).get(f"/surveys/{survey.public_id}")
    form = late.submit("この番号で答える", code=second.code)
    assert "紙の回答をもう" in form.submit("回答を送る", expect=422, q1="a2").text
    assert queries.count_answers(survey)[("", "*")] == 2
