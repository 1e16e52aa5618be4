"""Files of margins: read whole, refused whole, every wrong line told."""

from __future__ import annotations

from datetime import date

import pytest

from participation.surveys.domain.margins import MOST_LINES, decode, margins_as_rows, read_margins

HEAD = "variable,category,population,source,as_of\n"
GOOD = HEAD + '年代,20代,"12,000",架空の統計,2026-01-01\n年代,30代,15000人,架空の統計,2026/01/01\n\n'


def test_a_file_is_read_by_variable_with_its_source_and_its_day():
    read = read_margins(GOOD)
    (margin,) = read.margins
    assert (margin.variable, margin.source, margin.as_of) == ("年代", "架空の統計", date(2026, 1, 1))
    assert margin.populations == {"20代": 12000, "30代": 15000}
    assert margin.total == 27000
    assert margins_as_rows(read.margins)[0] == ("年代", "20代", 12000, "架空の統計", "2026-01-01")


def test_the_names_of_the_columns_may_be_japanese_and_in_any_order():
    text = "区分,変数,人口,時点,出典\n女,性別,10,2026-01-01,x\n男,性別,12,2026-01-01,x\n"
    assert read_margins(text).margins[0].populations == {"女": 10, "男": 12}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "ファイルが空"),
        ("variable,category\n", 1, "「population」「source」「as_of」がありません"),
        (HEAD, 2, "区分ごとの人口を書いて"),
        (HEAD + "年代,20代,多い,x,2026-01-01\n", 2, "人口「多い」は0以上の整数"),
        (HEAD + "年代,20代,-3,x,2026-01-01\n", 2, "0以上の整数"),
        (HEAD + "年代,20代,3,x,きのう\n", 2, "時点「きのう」"),
        (HEAD + "年代,,3,x,2026-01-01\n", 2, "「category」が空"),
        (HEAD + "年代,20代\n", 2, "「population」が空"),
        (GOOD + "年代,20代,1,架空の統計,2026-01-01\n", 5, "2回あります"),
        (GOOD + "年代,40代,1,別の統計,2026-01-01\n", 5, "出典と時点は、どの行も同じ"),
        (HEAD + "年代,20代,3,x,2026-01-01\n", 1, "区分が1つだけ"),
        (HEAD + "a,b,1,x,2026-01-01\n" * (MOST_LINES + 1), MOST_LINES + 2, "行までにしてください"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_used(text, line, words):
    read = read_margins(text)
    assert read.margins == ()
    assert any(error.line == line and words in error.words for error in read.errors), read.errors


def test_all_wrong_lines_are_told_at_once():
    read = read_margins(HEAD + "年代,20代,x,s,2026-01-01\n年代,30代,y,s,2026-01-01\n")
    assert [error.line for error in read.errors[:2]] == [2, 3]


def test_a_file_may_be_utf8_with_or_without_mark_or_cp932_and_nothing_else():
    assert decode("年代".encode("utf-8-sig")) == "年代"
    assert decode("年代".encode("cp932")) == "年代"
    assert decode(b"\xff\xfe\x00\x81\xff") is None
