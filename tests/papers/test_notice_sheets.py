"""Sheets for notice boards and circulars, as PDF: one page, whatever stands on them."""

from __future__ import annotations

import re

import pytest

from participation.papers.notice_sheets import NoticeSheet, SheetForm, Slip, SlipField, kept_sheet, sheet_pdf
from participation.papers.questionnaires import qr_rows

LINK = "https://kuchi.example.jp/gatherings/k7mw3fpxrt"
SLIP = Slip(
    "「あ」への意見",
    "12月5日（土）までに、見本課へお出しください。",
    (
        SlipField("参加する人数", is_half=True),
        SlipField("電話番号", is_half=True),
        SlipField("必要な配慮"),
        SlipField("意見", 5),
        SlipField("年代", is_half=True),
        SlipField("区で記入", is_half=True),
    ),
)


def a_sheet(form: SheetForm, length: int = 20, **says: object) -> NoticeSheet:
    given: dict[str, object] = {
        "form": form,
        "over": "説明会",
        "title": "#説明 *会* " + "題" * min(length, 110),
        "issuer": "見本区 見本課",
        "lead": "文" * min(length, 180),
        "main": ("日時", "令和8年12月12日（土）\n14時から16時まで"),
        "facts": tuple((name, "字" * length) for name in ("会場", "定員", "申し込み", "用意")),
        "link_words": "くわしい内容",
        "link": LINK,
        "qr": qr_rows(LINK),
        "contact": "連" * length,
        "slip": SLIP if form is SheetForm.CIRCULAR else None,
        **says,
    }
    return NoticeSheet(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", list(SheetForm))
def test_the_longest_sheet_is_one_page_and_tagged_for_being_read_aloud(tmp_path, form):
    pdf = sheet_pdf(a_sheet(form, 120), tmp_path)
    assert re.findall(rb"/Pages/Count (\d+)", pdf) == [b"1"]
    for sign in (b"%PDF-", b"/StructTreeRoot", b"pdfuaid", b"/Lang"):
        assert sign in pdf
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_is_set_in_type_once_and_kept_until_it_says_something_else(tmp_path):
    first = kept_sheet(a_sheet(SheetForm.POSTER), tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(b"kept")
    assert kept_sheet(a_sheet(SheetForm.POSTER), tmp_path) == b"kept"
    assert kept_sheet(a_sheet(SheetForm.POSTER, lead="ほか"), tmp_path)[:5] == first[:5]
    assert len(list(tmp_path.iterdir())) == 2
