"""flask surveys …"""

from __future__ import annotations

import json

from participation.foundation.db import db, transaction
from participation.subjects import queries as subjects
from participation.surveys import queries
from participation.surveys.domain import Asked, Questionnaire, Section, TextSpec
from participation.surveys.domain.xlsform import Form
from participation.surveys.domain.xlsform.workbooks import write_workbook
from participation.surveys.models import AnswerCount
from tests.support.builders.answered import a_surveyed_ward, weighted
from tests.support.builders.consultations import a_subject
from tests.support.builders.surveys import a_survey, answer
from tests.surveys.test_desk_views_crosstab import JOINED


def run(app, *words):
    return app.test_cli_runner().invoke(args=["surveys", *words])


def test_recount_finds_mends_and_then_finds_nothing(app):
    answer(a_survey(), q1="a1")
    assert run(app, "recount").output == "違い 0か所\n"
    with transaction():
        for row in db.session.query(AnswerCount).filter_by(choice="a1", question_code="q1"):
            row.count = 5
    checked = run(app, "recount", "--check")
    assert (checked.exit_code, "違い 1か所" in checked.output) == (1, True)
    assert "違い 1か所" in run(app, "recount").output
    assert run(app, "recount", "--check").exit_code == 0


def test_a_form_in_a_file_becomes_a_draft_and_one_with_a_fault_becomes_nothing(app, tmp_path):
    a_subject()
    subject_id = subjects.list_open_choices()[0][0]
    question = Asked("q1", "ご意見", "", False, TextSpec())
    form = Form(Questionnaire((Section("s1", questions=(question,)),)), title="題名", code="a-1")
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_workbook(form))
    looked = json.loads(run(app, "import-form", str(path), "--dry-run", "--json").output)
    assert (looked["survey"], looked["questions"], looked["problems"]) == (None, 1, [])
    assert queries.list_surveys(with_drafts=True) == []
    made = json.loads(run(app, "import-form", str(path), "--json").output)
    survey = queries.find_by_code("a-1")
    assert (made["survey"], survey.title, survey.subject_id) == (survey.public_id, "題名", subject_id)
    assert queries.get_questionnaire(survey) == form.questionnaire
    again = run(app, "import-form", str(path), "--title", "二度目", "--closes-on", "2026-12-31")
    assert (again.exit_code, "下書きを作りました" in again.output) == (0, True)
    path.write_bytes(b"%PDF-1.7")
    refused = run(app, "import-form", str(path), "--json")
    assert refused.exit_code == 1
    assert "PDF" in json.loads(refused.output)["problems"][0]["reason"]
    assert len(queries.list_surveys(with_drafts=True)) == 2
    path.write_bytes(write_workbook(form))
    late = run(app, "import-form", str(path), "--subject", "999999")
    assert (late.exit_code, "たずねる対象がありません" in late.output) == (1, True)


def test_a_table_is_printed_as_json_with_its_test(app):
    survey = a_surveyed_ward(120)
    weighted(survey)
    done = run(app, "crosstab", survey.public_id, "--rows", "q3", "--columns", "q1", "--weighted", "--json")
    said = json.loads(done.output)
    assert said["n"] == said["weighted"]["n"]
    assert said["weighted"]["design_effect"] > 1
    assert said["test"]["freedom"] == 4
    assert sum(cell["n"] for cell in said["cells"]) == said["n"]
    words = run(app, "crosstab", survey.public_id, "--rows", "q3", "--only", "q2=a2")
    assert "よく読む／全体" in words.output


def test_a_file_of_joined_margins_weights_a_survey_and_one_with_faults_does_not(app, tmp_path):
    survey, path = a_surveyed_ward(120), tmp_path / "margins.csv"
    path.write_text(JOINED.replace("高い", "年寄り"), encoding="cp932")
    refused = run(app, "weight", survey.public_id, str(path), "--json")
    told = json.loads(refused.stdout)
    assert (refused.exit_code, told["run"], told["errors"][0]["line"]) == (1, None, 4)
    path.write_text(JOINED, encoding="cp932")
    done = json.loads(run(app, "weight", survey.public_id, str(path), "--most", "8", "--json").stdout)
    assert [each["variable"] for each in done["margins"]] == ["年代×地区", "年代"]
    assert done["effective"] < done["weighted"] == 120 - done["left_out"]
    table = run(app, "crosstab", survey.public_id, "--rows", "q1", "--weighted", "--json")
    shares = {cell["row_label"]: cell["percent"] for cell in json.loads(table.stdout)["weighted"]["all"]}
    assert shares == {"若い": 30.0, "中ほど": 50.0, "高い": 20.0}
    for words, arguments in (
        ("見つかりません", ("zzz", str(path))),
        ("上限は1より大きい", (survey.public_id, str(path), "--most", "0.5")),
    ):
        wrong = run(app, "weight", *arguments)
        assert (wrong.exit_code, words in wrong.stderr) == (1, True), wrong.stderr
    path.write_text(
        "職業,population,source,as_of\n学生,1,x,2026-01-01\n会社員,2,x,2026-01-01\n", encoding="utf-8"
    )
    assert "1行目: 「職業」に当たる設問がありません" in run(app, "weight", survey.public_id, str(path)).stderr
    path.write_bytes(b"\x81\xff\xfe")
    assert "文字コード" in run(app, "weight", survey.public_id, str(path)).stderr


def test_what_there_is_no_table_of_is_said(app):
    survey = a_surveyed_ward(20)
    for arguments, words in (
        (["zzz", "--rows", "q1"], "「zzz」が見つかりません"),
        ([survey.public_id, "--rows", "q99"], "「q99」が見つかりません"),
        ([survey.public_id, "--rows", "q1", "--columns", "q1"], "別の設問"),
        ([survey.public_id, "--rows", "q1", "--weighted"], "重みが付いていません"),
    ):
        done = run(app, "crosstab", *arguments)
        assert (done.exit_code, words in done.output) == (1, True)


def test_answers_are_written_in_every_form(app, tmp_path):
    survey = a_surveyed_ward(30)
    for form in ("csv", "xlsx", "sav", "json"):
        path = tmp_path / f"answers.{form}"
        assert (
            "に書きました"
            in run(app, "export", survey.public_id, "--format", form, "--output", str(path)).output
        )
        assert path.stat().st_size > 1000
    done = run(app, "export", survey.public_id, "--format", "json", "--output", str(tmp_path / "no" / "x"))
    assert "フォルダ" in done.output
