"""Encodings (文字コード): from the bytes of a file to its text, or a refusal that names the line."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8（BOM付き）"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Controls, half surrogates, the replacement sign, private use, and marks that turn the writing direction.
_BROKEN_SIGN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff\ue000-\uf8ff\u202a-\u202e\u2066-\u2069]"
)
# Bullets set in a symbol font come out of a PDF as U+F020–U+F0FF; signs of no width carry nothing.
_TO_BULLET = dict.fromkeys(range(61472, 61696), "•")
_WITHOUT_WIDTH = dict.fromkeys((0x200B, 0xFEFF, 0x00AD))


@dataclass(frozen=True)
class Decoded:
    """The text of a file and the name of the encoding it was written in."""

    text: str
    encoding: str


def decode(content: bytes) -> Decoded:
    """Read UTF-8, CP932 or UTF-16; refuse everything else with the line where it breaks."""
    if len(content) > MAXIMUM_BYTES:
        raise Unreadable(
            Problem(None, f"ファイルが大きすぎます。{MAXIMUM_BYTES // 1024 // 1024}MBまでにしてください。")
        )
    for start, message in _NOT_TEXT:
        if content.startswith(start):
            raise Unreadable(Problem(None, message))
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable(Problem(1, "UTF-32は読めません。UTF-8で保存し直してください。"))
    decoded = _decoded(content)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\v", "\n")
    text = text.translate(_TO_BULLET | _WITHOUT_WIDTH)
    if not text.strip():
        raise Unreadable(Problem(None, "ファイルが空です。"))
    if text.count("\n") > MAXIMUM_LINES:
        raise Unreadable(Problem(None, f"行が多すぎます。{MAXIMUM_LINES}行までにしてください。"))
    _refuse_broken_signs(text)
    return Decoded(text, decoded.encoding)


def _decoded(content: bytes) -> Decoded:
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            return Decoded(_strict(content[len(bom) :], codec, name), name)
    wide = _utf16_without_bom(content)
    if wide:
        return Decoded(_strict(content, wide, "UTF-16"), "UTF-16")
    if b"\x1b$" in content:
        raise Unreadable(Problem(1, "JISコードは読めません。UTF-8で保存し直してください。"))
    try:
        return Decoded(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as broken:
        utf8_place = broken.start
    if _is_euc(content):
        raise Unreadable(Problem(1, "EUC-JPは読めません。UTF-8で保存し直してください。"))
    try:
        return Decoded(content.decode("cp932"), "CP932（Shift_JIS）")
    except UnicodeDecodeError as broken:
        # The encoding that got further is the one the file was meant to be in.
        if utf8_place >= broken.start:
            raise _broken(content, utf8_place, "UTF-8") from broken
        raise _broken(content, broken.start, "CP932（Shift_JIS）") from broken


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as broken:
        before = content[: broken.start].decode(codec, errors="ignore")
        raise Unreadable(
            Problem(before.count("\n") + 1, f"{name}として読めない文字があります。保存し直してください。")
        ) from broken


def _broken(content: bytes, place: int, name: str) -> Unreadable:
    line = content.count(b"\n", 0, place) + 1
    return Unreadable(
        Problem(
            line,
            f"{name}として読めない文字があります。文字コードが混ざっていないか確かめて、保存し直してください。",
        )
    )


def _utf16_without_bom(content: bytes) -> str | None:
    """Japanese text in UTF-16 has NULs beside every line break and digit; text in other encodings has none."""
    start = content[:4096]
    if b"\x00" not in start:
        return None
    for codec, line_break in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        if line_break in start:
            try:
                text = content.decode(codec)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text[:2048] and any("\u3040" <= sign <= "\u30ff" for sign in text[:2048]):
                return codec
    return None


def _is_euc(content: bytes) -> bool:
    """Japanese read as EUC-JP has hiragana; the same bytes read as CP932 have almost none."""
    try:
        text = content.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    other = content.decode("cp932", errors="replace")
    return _hiragana(text) > 3 and _hiragana(text) > 4 * _hiragana(other)


def _hiragana(text: str) -> int:
    return sum(1 for sign in text[:20_000] if "\u3041" <= sign <= "\u3096")


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
