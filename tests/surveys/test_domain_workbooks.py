"""XLSForm as a file: ours comes back as it was, and what is hostile or broken is refused plainly."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from participation.surveys.domain import Asked, Questionnaire, Section
from participation.surveys.domain.xlsform import Form
from participation.surveys.domain.xlsform.workbooks import read_workbook, write_workbook
from tests.surveys.questionnaires import EVERY_KIND


def a_workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


HEADER = ["type", "name", "label"]


def test_a_file_of_ours_is_read_again_as_it_was_with_line_breaks_and_signs_of_formulas():
    questions = [
        Asked(f"q{number}", f"=問い{number}\n二行目", "@補足", False, spec)
        for number, spec in enumerate(EVERY_KIND, start=1)
    ]
    form = Form(Questionnaire((Section("s1", "章", questions=tuple(questions)),)), title="+題名", code="a-1")
    reading = read_workbook(write_workbook(form))
    assert reading.faults == ()
    assert reading.form == form


def test_numbers_typed_into_cells_are_read_as_people_see_them():
    reading = read_workbook(
        a_workbook(
            survey=[HEADER, ["select_one n", "q1", 2026]],
            choices=[["list_name", "name", "label"], ["n", 1, "一"], ["n", 2.0, "二"]],
        )
    )
    assert reading.form.questionnaire.questions[0].text == "2026"
    assert reading.form.questionnaire.questions[0].spec.choices() == (("1", "一"), ("2", "二"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (a_workbook(survey=[HEADER, ["text", "q1", "=1+1"]]), "式が入っています"),
        (a_workbook(survey=[[*HEADER, *(f"c{n}" for n in range(300))]]), "列が多すぎます"),
        (a_workbook(survey=[HEADER, *(["text", f"t{n}", "文"] for n in range(3100))]), "行が多すぎます"),
        (a_workbook(Sheet1=[["名前", "年"]]), "「survey」という名前のシート"),
        (b"type,name,label\ntext,q1,x\n", "Excel"),
        (b"%PDF-1.7", "PDFは読めません"),
        (b"PK\x03\x04 broken", "壊れています"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "古い形のExcel"),
        (b"", "Excel"),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_why(content, words):
    reading = read_workbook(content)
    assert reading.form is None
    assert words in str(reading.faults[0])


def test_a_workbook_that_would_unfold_to_something_huge_is_not_unfolded():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    assert "大きくなりすぎる" in str(read_workbook(file.getvalue()).faults[0])
