"""Encodings (文字コード): from the bytes of a file to its text, or a refusal that names the line."""

from __future__ import annotations

import re

from participation.foundation import encodings
from participation.foundation.encodings import Decoded, WrongEncoding
from participation.plans.domain.tree import Problem, Unreadable

MAXIMUM_BYTES = 8 * 1024 * 1024
MAXIMUM_LINES = 200_000

_NOT_TEXT = (
    (b"%PDF", "PDFのままでは読めません。PDFから文字を取り出して、テキストファイルにしてください。"),
    (b"PK\x03\x04", "Word・Excel・ZIPのままでは読めません。テキストかCSVで保存し直してください。"),
    (b"\xd0\xcf\x11\xe0", "古い形のWord・Excelのままでは読めません。テキストかCSVで保存し直してください。"),
    (b"\x89PNG", "画像は読めません。文字のファイルを選んでください。"),
    (b"\xff\xd8\xff", "画像は読めません。文字のファイルを選んでください。"),
)
# Controls, half surrogates, the replacement sign, private use, and marks that turn the writing direction.
_BROKEN_SIGN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff\ue000-\uf8ff\u202a-\u202e\u2066-\u2069]"
)
# Bullets set in a symbol font come out of a PDF as U+F020–U+F0FF; signs of no width carry nothing.
_TO_BULLET = dict.fromkeys(range(61472, 61696), "•")
_WITHOUT_WIDTH = dict.fromkeys((0x200B, 0xFEFF, 0x00AD))


def decode(content: bytes) -> Decoded:
    """Read UTF-8, CP932 or UTF-16; refuse everything else with the line where it breaks."""
    if len(content) > MAXIMUM_BYTES:
        raise Unreadable(
            Problem(None, f"ファイルが大きすぎます。{MAXIMUM_BYTES // 1024 // 1024}MBまでにしてください。")
        )
    for start, message in _NOT_TEXT:
        if content.startswith(start):
            raise Unreadable(Problem(None, message))
    try:
        decoded = encodings.decode(content)
    except WrongEncoding as wrong:
        raise Unreadable(Problem(wrong.line, wrong.message)) from wrong
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\v", "\n")
    text = text.translate(_TO_BULLET | _WITHOUT_WIDTH)
    if not text.strip():
        raise Unreadable(Problem(None, "ファイルが空です。"))
    if text.count("\n") > MAXIMUM_LINES:
        raise Unreadable(Problem(None, f"行が多すぎます。{MAXIMUM_LINES}行までにしてください。"))
    _refuse_broken_signs(text)
    return Decoded(text, decoded.encoding)


def _refuse_broken_signs(text: str) -> None:
    problems: list[Problem] = []
    line, counted_to = 1, 0
    for found in _BROKEN_SIGN.finditer(text):
        line += text.count("\n", counted_to, found.start())
        counted_to = found.start()
        problem = Problem(line, _why_broken(found.group()))
        if problem not in problems:
            problems.append(problem)
        if len(problems) == 20:
            break
    if problems:
        raise Unreadable(*problems)


def _why_broken(sign: str) -> str:
    number = ord(sign)
    if sign == "\ufffd":
        return "文字化けした記号「\ufffd」があります。元のファイルから作り直してください。"
    if 0xE000 <= number <= 0xF8FF:
        return f"外字（U+{number:04X}）があります。ほかの機械では読めないので、別の文字に直してください。"
    return f"文字ではない記号（U+{number:04X}）があります。ファイルが壊れていないか、文字コードが合っているか確かめてください。"
