"""Tables that people hand in: read as text with their lines, or refused before they do harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from participation.foundation import table_files
from participation.foundation.table_files import BadTable, TableRow, read_table
from tests.opinions.importing import a_csv, a_workbook


def _rows(content: bytes) -> list[TableRow]:
    return list(read_table(content).rows)


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_cells_are_separated_by_what_stands_in_the_first_line(separator: str) -> None:
    rows = _rows(a_csv(separator.join(["番号", '"本,文"', "日"]), separator.join(["1", "意見", "2"])))
    assert rows[1].cells == ("1", "意見", "2")


def test_a_line_break_inside_of_quotes_belongs_to_the_cell_and_the_lines_stay_those_of_the_file() -> None:
    rows = _rows(a_csv("番号,本文", '1,"一行目', '二行目 ""引用"""', "", "2,短い"))
    assert [(row.line, row.cells) for row in rows] == [
        (1, ("番号", "本文")),
        (2, ("1", '一行目\r\n二行目 "引用"')),
        (5, ("2", "短い")),
    ]


def test_the_apostrophe_that_guards_a_formula_in_an_export_goes_again() -> None:
    assert _rows(a_csv("番号,本文", "1,'=1+1", "2,'普通の文"))[1:] == [
        TableRow(2, ("1", "=1+1")),
        TableRow(3, ("2", "'普通の文")),
    ]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["番号,本文", '1,"閉じない', "2,次"], 2),
        (["番号,本文", "1,よい", '2,"囲み"の後'], 3),
        (["番号,本文", "1," + "長" * 140_000], 2),
    ],
)
def test_a_table_whose_quotes_do_not_fit_is_refused_with_the_line(lines: list[str], line: int) -> None:
    with pytest.raises(BadTable) as refused:
        _rows(a_csv(*lines))
    assert refused.value.line == line


def test_a_workbook_gives_numbers_as_people_read_them_and_days_as_days() -> None:
    rows = _rows(
        a_workbook(
            ["番号", "日"], [12.0, date(2026, 11, 2)], [1.5, datetime(2026, 11, 2, 9, 5)], [None, True]
        )
    )
    assert [row.cells for row in rows[1:]] == [
        ("12", "2026-11-02"),
        ("1.5", "2026-11-02 09:05"),
        ("", "TRUE"),
    ]


def test_rows_of_a_workbook_keep_the_numbers_they_have_in_excel() -> None:
    assert [row.line for row in _rows(a_workbook(["番号"], [], [], ["1"]))] == [1, 4]


def test_a_formula_is_said_to_be_one_and_is_never_taken_for_text() -> None:
    rows = _rows(a_workbook(["番号", "本文"], [1, "=1+1"], [2, "意見"]))
    assert "式が入っています" in rows[1].wrong
    assert rows[2].wrong == ""


def _zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_a_zip_that_unfolds_to_something_huge_is_refused_unopened() -> None:
    with pytest.raises(BadTable, match="大きくなりすぎる"):
        read_table(_zipped(**{"xl__workbook.xml": b"0" * 30_000_000}))


def test_a_zip_of_very_many_parts_is_refused() -> None:
    with pytest.raises(BadTable, match="大きくなりすぎる"):
        read_table(_zipped(**{f"part{number}": b"" for number in range(table_files.MAX_PARTS + 1)}))


def test_entities_in_the_xml_of_a_workbook_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    with pytest.raises(BadTable, match="使えない宣言"):
        read_table(_zipped(**{"xl__workbook.xml": bomb}))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "パスワード"),
        (b"PK\x03\x04broken", "壊れています"),
        (_zipped(mimetype=b"x"), "Excel（.xlsx）ではありません"),
        (_zipped(**{"xl__workbook.xml": b"<a/>"}), "読み取れません"),
        (b"", "空です"),
        (b"0" * (table_files.MAX_BYTES + 1), "大きすぎます"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(BadTable, match=words):
        _rows(content)


def test_too_many_rows_and_too_many_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_ROWS", 2)
    with pytest.raises(BadTable, match="行が多すぎます"):
        _rows(a_csv("番号", "1", "2"))
    with pytest.raises(BadTable, match="列が多すぎます"):
        _rows(a_csv(",".join("a" for _ in range(201))))


def test_a_workbook_of_another_program_with_wrong_dimensions_is_read_whole() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(3):
        sheet.append([number, "意見"])
    out = io.BytesIO()
    book.save(out)
    assert len(_rows(out.getvalue())) == 3
