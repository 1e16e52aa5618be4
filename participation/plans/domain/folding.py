"""Folding (照合用の正規化): only for comparing; what is stored stays as the document has it."""

from __future__ import annotations

import unicodedata

# Dashes and long marks that PDF extraction exchanges freely; folded to one sign each.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ｰ─━"), "-")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_DARK_CIRCLED = "❶❷❸❹❺❻❼❽❾❿"


def fold(words: str) -> str:
    """NFKC, lower case, no white space, one kind of dash: for comparing sentences."""
    folded = unicodedata.normalize("NFKC", words).casefold().translate(_DASHES)
    return "".join(folded.split())


def narrow(words: str) -> str:
    """Full-width letters, digits and signs of ASCII to narrow ones, sign by sign, so places stay the same."""
    return "".join(_narrow_sign(sign) for sign in words)


def _narrow_sign(sign: str) -> str:
    number = ord(sign)
    if 0xFF01 <= number <= 0xFF5E:
        return chr(number - 0xFEE0)
    if sign in "\u3000\u00a0\t\u2007\u202f":
        return " "
    if number in _DASHES and sign != "ｰ":
        return "-"
    return sign


def circled_number(sign: str) -> int | None:
    """The number in ① or ❶, or None."""
    place = _CIRCLED.find(sign)
    if place >= 0:
        return place + 1
    place = _DARK_CIRCLED.find(sign)
    return place + 1 if place >= 0 else None


def width(words: str) -> int:
    """How many half columns the words take, as a printer would set them."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in words)
