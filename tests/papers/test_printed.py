"""A paper as PDF."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from participation.papers import printed, typefaces
from participation.papers.paper import Read, Row
from participation.papers.printed import MOST_ROWS_OF_ANNEX, NotPrinted, write
from tests.support.papers import a_paper


def data(**says):
    """What the typesetting is given."""
    return json.loads("".join(printed._json(a_paper(**says), Counter())))


def test_a_paper_with_everything_that_files_stumble_over_is_printed(tmp_path):
    write(a_paper(mark="公表前"), tmp_path / "a.pdf")
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    for sign in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid", b"/Lang", b"/FontFile"):
        assert sign in pdf, sign
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_what_somebody_wrote_is_data_and_not_markup():
    (grid,) = [part for part in data()["parts"] if part["kind"] == "grid" and not part["caption"]]
    assert "#let x = 1" in grid["rows"][0]["cells"][1]
    assert "\x00" not in grid["rows"][0]["cells"][1]


def test_a_long_word_gets_places_to_break():
    (grid,) = [part for part in data()["parts"] if part["kind"] == "grid" and not part["caption"]]
    assert "a\u200ba\u200ba" in grid["rows"][0]["cells"][1]


def test_what_cannot_be_printed_is_named_at_the_end():
    last = data(cells=[(1, "ꦀ", 1)])["parts"][-1]["text"]
    assert "U+A980（1回）" in last


def rows(count):
    return lambda: (Row((number, "い", 1)) for number in range(count))


def test_an_annex_too_long_to_be_printed_says_where_it_can_be_read():
    words = [
        part["text"]
        for part in data(rows=rows(MOST_ROWS_OF_ANNEX + 1), is_annex=True)["parts"]
        if part["kind"] == "words"
    ]
    assert any("「意見と考え方」は1,500件を超えるため" in text for text in words)
    short = data(rows=rows(MOST_ROWS_OF_ANNEX), is_annex=True)["parts"]
    assert len(next(part for part in short if part["kind"] == "grid")["rows"]) == MOST_ROWS_OF_ANNEX


def test_the_answers_themselves_are_never_left_out():
    long = data(rows=rows(MOST_ROWS_OF_ANNEX + 1))["parts"]
    assert len(next(part for part in long if part["kind"] == "grid")["rows"]) == MOST_ROWS_OF_ANNEX + 1


def test_what_goes_wrong_is_said_in_words(tmp_path, monkeypatch):
    (tmp_path / "broken.typ").write_text("#broken-here()", "utf-8")
    monkeypatch.setattr(printed, "TEMPLATE", tmp_path / "broken.typ")
    with pytest.raises(NotPrinted, match=r"PDFを作れませんでした.*broken"):
        write(a_paper(), tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_without_the_typefaces_the_reason_is_clear(tmp_path, monkeypatch):
    monkeypatch.setattr(typefaces, "FOLDER", tmp_path)
    typefaces.characters.cache_clear()
    try:
        with pytest.raises(typefaces.NoTypefaces):
            write(a_paper(), tmp_path / "a.pdf")
    finally:
        typefaces.characters.cache_clear()


def test_a_reading_stands_above_its_words_and_the_paper_stays_tagged(tmp_path):
    read = Read((("公園の", ""), ("木", "き"), ("と#strong[志]", "こころざし")))
    (grid,) = [part for part in data(cells=[(1, read, 0)])["parts"] if part.get("caption") == ""]
    assert grid["rows"][0]["cells"][1] == [
        ["same", "公園の"],
        ["ruby", "木", "き"],
        ["ruby", "と#strong[志]", "こころざし"],
    ]
    write(a_paper(cells=[(1, read, 0)]), tmp_path / "a.pdf")
    assert b"pdfuaid" in (tmp_path / "a.pdf").read_bytes()
