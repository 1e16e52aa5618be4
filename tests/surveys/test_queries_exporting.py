"""Files of answers, and the report: the same numbers in every form."""

from __future__ import annotations

import json
from collections import Counter

import openpyxl
import pyreadstat
import pytest

from participation.papers import statistics_file
from participation.papers.files import Form, write
from participation.surveys import queries
from tests.support.builders.answered import a_surveyed_ward, every_kind, fill, weighted
from tests.support.builders.surveys import a_survey

FORM = {
    "q1": ["a4"], "q1-other": ["=cmd()"], "q2": ["a1", "a3"], "q3": ["unsure"], "q4-a1": ["a2"],
    "q6-a2": ["1"], "q7-a1": ["10"], "q8": ["44"], "q9": ["2026-01-05"], "q10": ["no"], "q11": ["𠮷と文"],
}  # fmt: skip


@pytest.fixture
def file(app):
    survey = a_survey(every_kind())
    fill(survey, [FORM], attributes={"地区": "北"})
    fill(survey, [{"q1": ["a1"]}])
    return queries.data_file(queries.show_survey(survey))


def test_a_row_holds_what_was_answered_under_the_columns_names(file):
    first, second = (dict(zip(file.header, row, strict=True)) for row in file.rows())
    assert (first["number"], first["origin"], first["attribute:地区"]) == (1, "web", "北")
    assert (first["q1"], first["q1:text"], first["q2-a2"], first["q3"], first["q4-a1"]) == (
        "a4", "=cmd()", 0, "unsure", "a2",
    )  # fmt: skip
    assert (first["q6-a2"], first["q6-a1"], first["q7-a1"], first["q7-a2"]) == (1, None, 10, 0)
    assert (second["q1"], second["q2-a1"], second["attribute:地区"]) == ("a1", None, None)
    (words, _) = (dict(zip(file.header, row, strict=True)) for row in file.rows(in_words=True))
    assert (words["origin"], words["q1"], words["q10"], words["q2-a1"]) == (
        "インターネット", "その他", "いいえ", "選んだ",
    )  # fmt: skip


def test_json_says_the_same_and_names_every_code(file):
    said = json.loads("".join(queries.json_pieces(file)))
    assert said["answers"][0]["q9"] == "2026-01-05"
    assert "q2-a1" not in said["answers"][1]
    (column,) = (each for each in said["columns"] if each["name"] == "q10")
    assert column["labels"] == {"yes": "はい", "no": "いいえ", "unsure": "わからない"}


def test_an_excel_file_has_the_answers_and_what_the_columns_mean(file, tmp_path):
    path = tmp_path / "answers.xlsx"
    write(queries.answers_paper(file), Form.XLSX, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["回答", "データの説明"]
    rows = list(book["回答"].iter_rows(values_only=True))
    assert list(rows[0]) == file.header
    assert rows[1][file.header.index("q1:text")] == "=cmd()"
    assert book["回答"].cell(2, file.header.index("q1:text") + 1).data_type == "s", "never a formula"
    said = {(row[0], row[3]): row[4] for row in book["データの説明"].iter_rows(values_only=True)}
    assert said["q10", "no"] == "いいえ"


def test_a_csv_file_in_cp932_says_which_characters_it_lost(file, tmp_path):
    written = write(queries.answers_paper(file), Form.CSV, tmp_path / "answers.csv", in_cp932=True)
    assert written.lost == Counter("𠮷")
    assert "〓と文" in (tmp_path / "answers.csv").read_bytes().decode("cp932")


def test_an_spss_file_has_numbers_with_labels(file, tmp_path):
    path = tmp_path / "answers.sav"
    statistics_file.write(
        queries.statistics_variables(file), queries.statistics_rows(file), path, title="アンケート"
    )
    table, about = pyreadstat.read_sav(str(path), output_format="dict")
    assert (table["q1"][0], table["q3"][0], table["q10"][0], table["q8"][0]) == (4, 99, 2, 44)
    assert about.variable_value_labels["q1"][4] == "その他"
    assert about.variable_value_labels["q3"][99] == "わからない"
    assert about.column_names_to_labels["q2_a1"] == "q2 何で知りますか：区報"
    assert table["q11"][0] == "𠮷と文"


def test_a_weighted_survey_is_taken_out_with_its_weights(app):
    survey = a_surveyed_ward(60)
    run = weighted(survey)
    file = queries.data_file(queries.show_survey(survey))
    place = file.header.index("weight")
    taken = [row[place] for row in file.rows()]
    assert sum(taken) == pytest.approx(60, abs=1e-3)
    assert max(taken) == pytest.approx(run.largest, abs=1e-5)


def test_the_report_is_a_pdf_and_its_table_holds_every_figure(app, tmp_path):
    survey = a_survey(every_kind())
    fill(survey, [FORM] * 11)
    paper = queries.report_paper(queries.show_survey(survey), issuer="目黒区", address="http://x")
    assert write(paper, Form.PDF, tmp_path / "report.pdf").size > 10_000
    write(paper, Form.TXT, tmp_path / "report.txt")
    text = (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
    assert "数字の読み方" in text
    assert "自分から答えた人の集計" in text
    rows = [row.cells for row in paper.sheets[0].rows()]
    assert rows[3][:6] == ("問1", "年代", "", "その他", 11, 100.0)
    assert {row[0] for row in rows} == {f"問{n}" for n in range(1, 11) if n != 5}, "nobody answered q5"


def test_published_figures_hold_only_what_is_public(app):
    survey = a_survey()
    fill(survey, [{"q1": ["a1"], "q3": ["5"]}] * 9)
    page = queries.show_survey(survey)
    said = queries.published_figures(page, issuer="目黒区", address="http://x")
    assert (said["form"], said["respondents"], said["questions"]) == ("participation-survey-figures/1", 9, [])
    fill(survey, [{"q1": ["a2"]}])
    (question,) = queries.published_figures(page, issuer="目黒区", address="http://x")["questions"]
    assert [each["count"] for each in question["choices"]] == [9, 1, 0]
