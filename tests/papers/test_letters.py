"""Letters to be posted, as one PDF."""

from __future__ import annotations

import json
import os
from collections import Counter

from participation.foundation import clock
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


def test_plain_words_have_their_readings_above_them(tmp_path):
    read = LetterText("｜木《き》を", parts=(("木", "き"), ("を#strong[x]", "")))
    letter = a_letter(parts=(LetterText("【やさしい日本語】", "version"), read))
    (told,) = json.loads("".join(_json([letter], HEAD)))["letters"]
    assert [part["kind"] for part in told["parts"]] == ["version", "read"]
    assert told["parts"][1]["parts"] == [["木", "き"], ["を#strong[x]", ""]]
    assert b"pdfuaid" in pdf_of([letter], HEAD, tmp_path)


def test_what_a_killed_process_left_is_taken_away_by_the_next_printing(tmp_path):
    left, at_work = tmp_path / "letters-old", tmp_path / "letters-new"
    for folder in (left, at_work):
        folder.mkdir()
        (folder / "data.json").write_text("見本町")
    long_ago = clock.now().timestamp() - 3600
    os.utime(left, (long_ago, long_ago))
    os.utime(at_work, (clock.now().timestamp(),) * 2)
    pdf_of([a_letter()], HEAD, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters-new"]
