"""Surveys as staff meet them."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.models import Survey
from tests.support.builders.consultations import a_subject
from tests.support.builders.surveys import a_survey, answer
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def test_staff_build_open_and_close_a_survey_without_a_script(desk):
    subject = a_subject()
    assert "アンケートはまだありません" in desk.get("/desk/surveys").text
    shown = (
        desk.get("/desk/surveys")
        .follow("新しいアンケート")
        .submit(
            "保存する",
            title="広報についてのアンケート",
            subject_id=str(subject.id),
            opens_on="2026-11-22",
            closes_on="2026-12-05",
        )
    )
    assert "令和8年12月5日（土）" in shown.text
    refused = shown.submit("公開する", expect=422)
    assert "設問がありません" in refused.text
    shown = shown.follow("＋ 一つだけ選ぶ").submit(
        "保存する", text="区報を読みますか", options="読む\n\n 読まない \n", is_required=True
    )
    shown = shown.follow("＋ いくつでも選ぶ").submit(
        "保存する", text="何で知りますか", options="区報\n掲示板\nSNS", most="2"
    )
    shown = shown.follow("＋ 段階で答える").submit(
        "保存する", text="足りますか", low_label="足りない", high_label="十分", high="4"
    )
    shown = shown.follow("＋ 自由に書く").submit("保存する", text="ご自由に", limit="500")
    survey = db.session.scalars(select(Survey)).one()
    page = queries.show_survey(survey)
    assert [question.spec.kind for question in page.questions] == ["single", "multiple", "scale", "text"]
    assert page.questions[0].spec.choices() == (("a1", "読む"), ("a2", "読まない"))
    shown = shown.submit(f"/desk/surveys/{survey.public_id}/arrange", move="q4:up")
    assert [q.code for q in queries.show_survey(survey).questions] == ["q1", "q2", "q4", "q3"]
    shown = desk.get(f"/desk/surveys/{survey.public_id}/questions/q4/place").submit("この設問を取り除く")
    assert [q.code for q in queries.show_survey(survey).questions] == ["q1", "q2", "q3"]
    opened = shown.submit("公開する")
    assert "受付中" in opened.text
    assert "公開したあとは、設問を変えられません" in opened.text
    period = opened.follow("締切を変える・いま締め切る")
    assert "締め切る理由を書いてください" in period.submit("いま締め切る", expect=422).text
    closed = period.submit("いま締め切る", why="必要な数が集まったため")
    assert "締切" in closed.main.all("h1")[0].inside("div").text
    assert "必要な数が集まったため" in closed.text


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("single", {"text": "", "options": "a\nb"}, "設問の文を書いてください"),
        ("single", {"text": "x", "options": "一つだけ"}, "選択肢を2つ以上"),
        ("single", {"text": "x", "options": "同じ\n同じ"}, "同じ選択肢が2つ"),
        ("single", {"text": "x", "options": "\n".join(map(str, range(31)))}, "30まで"),
        ("single", {"text": "x", "options": "a\n" + "長" * 201}, "200文字まで"),
        ("multiple", {"text": "x", "options": "a\nb", "most": "5"}, "選択肢の数まで"),
        ("scale", {"text": "x", "low_label": "", "high_label": ""}, "まったくそう思わない"),
    ],
)
def test_a_question_that_cannot_be_asked_is_shown_again_with_the_reason(desk, kind, fields, words):
    survey = a_survey([], published=False)
    form = desk.get(f"/desk/surveys/{survey.public_id}/questions/new/{kind}")
    again = form.submit("保存する", expect=422, **fields)
    assert words in again.text
    assert queries.list_questions(survey) == []


def test_a_question_and_the_settings_of_a_draft_are_changed(desk):
    survey = a_survey(published=False)
    form = desk.get(f"/desk/surveys/{survey.public_id}/questions/q2")
    assert form.form().filled({})["options"][0].splitlines() == ["[a1] 区報", "[a2] 掲示板", "[a3] SNS"]
    form.submit("保存する", options="[a3] 動画\n新聞\n[a1] 区のお知らせ", most="0")
    db.session.rollback()
    choices = queries.asked(queries.get_question(survey, "q2")).spec.choices()
    assert choices == (("a3", "動画"), ("a4", "新聞"), ("a1", "区のお知らせ")), (
        "codes stay with their options"
    )
    address = f"/desk/surveys/{survey.public_id}/edit"
    form, other = desk.get(address), desk.get(address)
    assert form.submit("保存する", title="新しい題名").h1 == "新しい題名"
    late = other.submit("保存する", expect=409, title="古い画面から")
    assert "古い画面から" in late.html, "what the second person typed is kept"
    assert "先に保存されたもの" in late.text
    assert "新しい題名" in late.text, "beside what the first one saved"
    again = desk.get(address)
    refused = again.submit("保存する", expect=422, opens_on="2026-12-05", closes_on="2026-12-01")
    assert "締切は、受付開始よりあと" in refused.text


def test_results_and_export_keep_formulas_out_and_are_recorded(desk, client):
    survey = a_survey()
    answer(survey, q1="a1", q2=["a1", "a3"], q3="4", q4="=cmd()|'x'!A1")
    answer(survey, q1="a2")
    results = desk.get(f"/desk/surveys/{survey.public_id}/results")
    assert "1人 50%" in results.text
    assert "=cmd()" in results.follow("書かれた文を読む（q4）").text
    response = client.get(f"/desk/surveys/{survey.public_id}/answers.csv")
    text = response.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0][5:] == ["q1", "q2-a1", "q2-a2", "q2-a3", "q3", "q4"]
    assert rows[1] == ["1", "2026-11-22", "web", "1", "", "a1", "1", "0", "1", "4", "'=cmd()|'x'!A1"]
    assert rows[2] == ["2", "2026-11-22", "web", "1", "", "a2", "", "", "", "", ""]
    words = client.get(f"/desk/surveys/{survey.public_id}/answers.csv?words=1").get_data().decode("utf-8")
    assert words.splitlines()[1].startswith('1,"2026-11-22","インターネット",1,"","よく読む","選んだ"')
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.export")).all()
    assert [entry.changes for entry in entries] == [{"what": "csv"}, {"what": "csv"}]


def test_staff_without_the_role_and_residents_stay_outside(app, client):
    survey = a_survey()
    log_in(client, a_resident())
    assert client.get("/desk/surveys").status_code == 403
    log_in(client, a_member_of_staff(Role.AUDITOR))
    assert client.get("/desk/surveys").status_code == 200
    for address in ("/desk/surveys/new", f"/desk/surveys/{survey.public_id}/answers.csv"):
        assert client.get(address).status_code == 403


def test_addresses_of_nothing_are_not_found_and_changes_of_the_published_refused(desk):
    survey = a_survey()
    for address in ("/desk/surveys/zzz", f"/desk/surveys/{survey.public_id}/questions/new/zzz"):
        desk.get(address, expect=404 if "new" not in address else 422)
    desk.get(f"/desk/surveys/{survey.public_id}/edit", expect=422)
    draft = a_survey(published=False)
    for code in ("q99", "%00", "x" * 300):
        desk.get(f"/desk/surveys/{draft.public_id}/questions/{code}", expect=404)
    desk.get(f"/desk/surveys/{draft.public_id}/questions/new/nonsense", expect=404)
