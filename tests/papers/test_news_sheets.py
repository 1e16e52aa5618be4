"""Local news on paper: both sizes, read aloud too, nothing in it is markup, set once for the same words."""

from __future__ import annotations

import re

import pytest

from participation.papers.news_sheets import NewsSheet, PrintedPiece, SheetSize, content_of, kept_news

SHEET = NewsSheet(
    name="油面住区ニュース　第1号",
    title="夜道の#明かり",
    lead="はじめに *強調* $x$",
    day="令和8年11月22日（日）",
    issuer="さくら坂住区住民会議",
    contact="住区センター",
    pieces=(
        PrintedPiece("議題", "議題から", "#pagebreak() を\n話す\n\n次の段落"),
        PrintedPiece("声", "みんなの声", "見回りも手伝えます。", is_quoted=True),
    ),
    link="https://example.jp/spaces/news/abc",
    code=("10", "01"),
)


@pytest.mark.parametrize(("size", "box"), [(SheetSize.A4, (595, 842)), (SheetSize.A3, (1191, 842))])
def test_a_number_is_one_tagged_page_of_its_size(tmp_path, size, box):
    pdf = kept_news(SHEET, size, tmp_path)
    for sign in (b"/StructTreeRoot", b"pdfuaid", b"/Lang"):
        assert sign in pdf, sign
    pages = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [tuple(round(float(side)) for side in page) for page in pages] == [box]


def test_what_is_printed_is_data_and_somebodys_own_words_are_marked():
    said = content_of(SHEET, SheetSize.A4)
    assert said["pieces"][0]["text"] == "#pagebreak() を\n話す\n\n次の段落"
    assert [each["quoted"] for each in said["pieces"]] == [False, True]


def test_the_same_words_are_set_once(tmp_path):
    first = kept_news(SHEET, SheetSize.A4, tmp_path)
    assert [path.name.startswith("news-") for path in tmp_path.iterdir()] == [True]
    assert kept_news(SHEET, SheetSize.A4, tmp_path) == first
