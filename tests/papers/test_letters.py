"""Letters to be posted, as one PDF."""

from __future__ import annotations

from collections import Counter

from participation.papers.letters import LetterHead, LetterText, PostedLetter, _json, pdf_of

HEAD = LetterHead("見本の案件　文書 第1束", "令和8年11月22日（日）", "見本区", "企画課")


def a_letter(number="M26-4F7K-Q2", **says):
    given = {
        "address": "見本区見本町一丁目1番1号\n見本ハイツ203",
        "recipient": "見本 花子",
        "number": number,
        "title": "いただいた意見への区の考え方",
        "parts": (
            LetterText("意見 No.1", "heading"),
            LetterText("#let x = 1 \\ $x$ *字*\n\n二つめの段落\x00", "quote"),
            LetterText("増やします。" * 400),
        ),
        "link": "http://localhost/receipts?number=M26-4F7K-Q2",
        "code": ("101", "010", "101"),
        **says,
    }
    return PostedLetter(**given)


def test_letters_make_one_tagged_pdf_and_leave_nothing_behind(tmp_path):
    pdf = pdf_of([a_letter(), a_letter("M26-4F7K-Q3", code=(), link="")], HEAD, tmp_path)
    assert pdf.startswith(b"%PDF-")
    for sign in (b"/StructTreeRoot", b"pdfuaid", b"/Lang"):
        assert sign in pdf, sign
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_wrote_is_data_and_not_markup():
    text = "".join(_json([a_letter()], HEAD))
    assert "#let x = 1" in text
    assert "\\u0000" not in text
    assert Counter(text)["\n"] == 0
