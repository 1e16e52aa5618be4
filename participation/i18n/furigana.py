"""Readings of kanji (ふりがな), written as ｜漢字《かんじ》: as ruby on a page, in brackets in a plain text.

The bar may be left out where only kanji stand before 《. What is not written whole stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

#: Kanji with 々 and ヶ, as they stand in names of places.
KANJI = "㐀-䶿一-鿿豈-﫿々〆ヶ"
_RUBY = re.compile(rf"(?:｜([^｜《》\n]{{1,40}})|([{KANJI}]{{1,20}}))《([^｜《》\n]{{1,60}})》")
#: One reading in HTML: readers that know no ruby see it in brackets.
_TAG = Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>")


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Return a text piece by piece as (words, their reading or nothing)."""
    position = 0
    for found in _RUBY.finditer(text):
        if found.start() > position:
            yield text[position : found.start()], ""
        yield found[1] or found[2], found[3]
        position = found.end()
    if position < len(text):
        yield text[position:], ""


def in_words(text: str) -> str:
    """Return a text in which readings stand in brackets behind their kanji: for files and machines."""
    return "".join(f"{words}（{reading}）" if reading else words for words, reading in pieces(text))


def without_readings(text: str) -> str:
    """Return a text without its readings: what counts when characters are counted."""
    return "".join(words for words, _ in pieces(text))


def ruby(words: str, reading: str) -> Markup:
    """Return kanji with their reading above them, escaped."""
    return _TAG.format(escape(words), escape(reading))
