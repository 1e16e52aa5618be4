"""Encodings (文字コード): which one the bytes of a file are written in, and their text; never a guess that loses letters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass


class WrongEncoding(Exception):
    """The bytes are not text in an encoding that is read here; `line` is where they break, if it is known."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(frozen=True)
class Decoded:
    """The text of a file and the name of the encoding it was written in."""

    text: str
    encoding: str


_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8（BOM付き）"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
SAVE_AGAIN = "UTF-8で保存し直してください。"


def decode(content: bytes) -> Decoded:
    """Return the text of UTF-8, CP932 or UTF-16; raises WrongEncoding with the line where it breaks."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise WrongEncoding(1, f"UTF-32は読めません。{SAVE_AGAIN}")
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            return Decoded(_strict(content[len(bom) :], codec, name), name)
    wide = _utf16_without_bom(content)
    if wide:
        return Decoded(_strict(content, wide, "UTF-16"), "UTF-16")
    if b"\x1b$" in content:
        raise WrongEncoding(1, f"JISコードは読めません。{SAVE_AGAIN}")
    try:
        return Decoded(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as broken:
        utf8_place = broken.start
    if _is_euc(content):
        raise WrongEncoding(1, f"EUC-JPは読めません。{SAVE_AGAIN}")
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
        raise WrongEncoding(
            before.count("\n") + 1, f"{name}として読めない文字があります。保存し直してください。"
        ) from broken


def _broken(content: bytes, place: int, name: str) -> WrongEncoding:
    return WrongEncoding(
        content.count(b"\n", 0, place) + 1,
        f"{name}として読めない文字があります。文字コードが混ざっていないか確かめて、保存し直してください。",
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


_JIS_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BJI])")


def decode_jis(content: bytes) -> str:
    """Return the text of ISO-2022-JP as mail programs write it: with ①, ㈱ and half-width kana, unlike the standard.

    Raises UnicodeDecodeError.
    """
    text, mode, place = [], b"(B", 0
    for shift in [*_JIS_SHIFT.finditer(content), None]:
        run = content[place : shift.start() if shift else len(content)]
        text.append(_jis_run(run, mode))
        if shift:
            mode, place = shift.group(1), shift.end()
    return "".join(text)


def _jis_run(run: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        # A line break ends the two-byte letters, whether or not the way back was written.
        return "".join(
            part.decode("ascii") if part in (b"\n", b"\r") else _to_shift_jis(part).decode("cp932")
            for part in re.split(rb"([\r\n])", run)
        )
    if mode == b"(I":
        return bytes(byte | 0x80 for byte in run).decode("cp932")
    if mode == b"$(D":
        return (b"\x1b$(D" + run).decode("iso2022_jp_1")
    return run.decode("cp932")


def _to_shift_jis(run: bytes) -> bytes:
    if len(run) % 2:
        raise UnicodeDecodeError("iso-2022-jp", run, len(run) - 1, len(run), "half of a letter")
    out = bytearray()
    for high, low in zip(run[::2], run[1::2], strict=True):
        if not (0x21 <= high <= 0x7E and 0x21 <= low <= 0x7E):
            raise UnicodeDecodeError("iso-2022-jp", run, 0, len(run), "not a letter")
        row = (high - 0x21) // 2
        out.append(row + (0x81 if row < 0x1F else 0xC1))
        if high % 2:
            out.append(low + (0x1F if low < 0x60 else 0x20))
        else:
            out.append(low + 0x7E)
    return bytes(out)
