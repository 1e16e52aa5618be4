"""Files of margins: read whole, refused whole, every wrong line told."""

from __future__ import annotations

from datetime import date

import pytest

from participation.surveys.domain.margins import (
    COLUMNS,
    MOST_LINES,
    decode,
    margins_as_rows,
    read_margins,
    template_rows,
)

HEAD = "variable,category,population,source,as_of\n"
WIDE = (
    "年代,地区,population,source,as_of\n"
    "20代,北,10,架空の統計,2026-01-01\n20代,南,20,架空の統計,2026-01-01\n"
    "30代,北,30,架空の統計,2026-01-01\n30代,南,40,架空の統計,2026-01-01\n"
    ",北,40,架空の統計,2026-01-01\n,南,60,架空の統計,2026-01-01\n"
)
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
        (HEAD + "年代,20代\n", 2, "「population」「source」「as_of」が空"),
        (GOOD + "年代,20代,1,架空の統計,2026-01-01\n", 5, "2回あります（2行目）"),
        (GOOD + "年代,40代,1,別の統計,2026-01-01\n", 5, "出典と時点は、どの行も同じ"),
        (HEAD + "年代,20代,3,x,2026-01-01\n", 2, "区分が1つだけ"),
        (HEAD + "年代×地区,20代,3,x,2026-01-01\n", 2, "2つを「×」でつないで"),
        (HEAD + "年代×,20代×北,3,x,2026-01-01\n", 2, "「×」の前と後ろ"),
        ("population,source,as_of\n3,x,2026-01-01\n", 1, "項目の列がありません"),
        ("年代,年代,population,source,as_of\n", 1, "列の名前「年代」が2回"),
        ("年代×地区,population,source,as_of\n", 1, "項目ごとに列を分けて"),
        ("a,b,c,d,e,f,g,population,source,as_of\n", 1, "項目の列は6つまで"),
        ("年代,population\n20代,3\n", 1, "「source」「as_of」がありません"),
        (WIDE + ",,3,架空の統計,2026-01-01\n", 8, "項目の列が、どれも空"),
        (WIDE + "20代,北,1,架空の統計,2026-01-01\n", 8, "「年代×地区」の「20代×北」が2回あります（2行目）"),
        (WIDE + "20代×,北,1,架空の統計,2026-01-01\n", 8, "区分には「×」を使えません"),
        (WIDE + "20代,東,,架空の統計,2026-01-01\n", 8, "「population」が空"),
        (WIDE + "20代,東,5,架空の統計,2026-13-01\n", 8, "時点「2026-13-01」"),
        (HEAD + "a,b,1,x,2026-01-01\n" * (MOST_LINES + 1), MOST_LINES + 2, "行までにしてください"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_used(text, line, words):
    read = read_margins(text)
    assert read.margins == ()
    assert any(error.line == line and words in error.words for error in read.errors), read.errors


def test_lines_that_tell_of_the_same_attributes_are_a_margin_together():
    joined, area = read_margins(WIDE).margins
    assert (joined.variable, joined.attributes, joined.total) == ("年代×地区", ("年代", "地区"), 100)
    assert joined.populations["30代×北"] == 30
    assert joined.labels("30代×北") == ("30代", "北")
    assert (joined.lines["30代×北"], area.lines["南"]) == (4, 7)
    assert (area.variable, area.populations) == ("地区", {"北": 40, "南": 60})


def test_what_was_read_is_written_in_the_long_form_and_read_again():
    margins = read_margins(WIDE).margins
    lines = [",".join(map(str, row)) for row in (COLUMNS, *margins_as_rows(margins))]
    assert read_margins("\n".join(lines)).margins == margins


def test_a_template_holds_every_label_and_becomes_a_file_once_it_is_filled_in():
    attributes = [("年代", ["20代", "30代"]), ("地区", ["北", "南"])]
    header, own = template_rows(attributes, joined=False)
    assert header == ["年代", "地区", "population", "source", "as_of"]
    assert [row[:2] for row in own] == [["20代", ""], ["30代", ""], ["", "北"], ["", "南"]]
    _, joined = template_rows(attributes, joined=True)
    assert [row[:2] for row in joined] == [["20代", "北"], ["20代", "南"], ["30代", "北"], ["30代", "南"]]
    empty = "\n".join(",".join(row) for row in (header, *joined))
    assert [error.line for error in read_margins(empty).errors] == [2, 3, 4, 5]
    full = "\n".join(",".join((*row[:2], "7", "統計", "2026-01-01")) for row in joined)
    assert read_margins(",".join(header) + "\n" + full).margins[0].total == 28


def test_all_wrong_lines_are_told_at_once():
    read = read_margins(HEAD + "年代,20代,x,s,2026-01-01\n年代,30代,y,s,2026-01-01\n")
    assert [error.line for error in read.errors[:2]] == [2, 3]


def test_a_file_may_be_utf8_with_or_without_mark_or_cp932_and_nothing_else():
    assert decode("年代".encode("utf-8-sig")) == "年代"
    assert decode("年代".encode("cp932")) == "年代"
    assert decode(b"\xff\xfe\x00\x81\xff") is None
