"""A paper as an Excel file."""

from __future__ import annotations

import re
import zipfile
from xml.etree import ElementTree

from participation.papers.spreadsheet import CUT, MOST_CHARACTERS, fitting, write
from tests.support.papers import a_paper

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet(path, number=1):
    with zipfile.ZipFile(path) as book:
        return book.read(f"xl/worksheets/sheet{number}.xml").decode()


def cells(path, number=1):
    tree = ElementTree.fromstring(sheet(path, number))
    return ["".join(cell.itertext()) for cell in tree.findall(".//m:c", NS)]


def test_text_that_looks_like_a_formula_stays_text_and_numbers_are_numbers(tmp_path):
    write(a_paper(), tmp_path / "a.xlsx")
    xml = sheet(tmp_path / "a.xlsx")
    assert "<f>" not in xml
    assert any(cell.startswith("=HYPERLINK") for cell in cells(tmp_path / "a.xlsx"))
    assert '<c r="C2" s=' in xml
    assert re.search(r'<c r="C2" s="\d+"><v>0</v>', xml)
    assert "𠮷🙂👨‍👩‍👧" in xml


def test_the_header_stays_in_sight_and_is_printed_on_every_page(tmp_path):
    write(a_paper(), tmp_path / "a.xlsx")
    xml = sheet(tmp_path / "a.xlsx")
    assert 'state="frozen"' in xml
    assert "<cols>" in xml
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert "Print_Titles" in book.read("xl/workbook.xml").decode()


def test_nothing_is_an_empty_cell_and_zero_a_number(tmp_path):
    write(a_paper([(1, "あ", None), (2, "い", 0)]), tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx")[3:] == ["1", "あ", "", "2", "い", "0"]


def test_a_sheet_without_rows_has_its_header(tmp_path):
    write(a_paper(), tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx", 2) == ["No.", "意見", "件数"]


def test_a_text_longer_than_a_cell_is_cut_where_it_says_so():
    for text in ("あ" * 40_000, "🙂" * 20_000):
        cut = fitting(text)
        assert cut.endswith(CUT)
        assert len(cut.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert fitting("あ" * MOST_CHARACTERS) == "あ" * MOST_CHARACTERS
