"""The typefaces with which papers are printed, and which characters they have.

They come with the program (static/fonts), so a paper looks the same on every machine and no font
has to be installed. A PDF that is read aloud must not hold a character without a shape: what none
of them has is replaced by 〓 and named at the end of the paper.
"""

from __future__ import annotations

import struct
from collections import Counter
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
#: In the order in which a character is looked for.
FILES = (
    "BIZUDPGothic-Regular.ttf",
    "BIZUDPGothic-Bold.ttf",
    "NotoSansJP-Rest.ttf",
    "NotoSansSC-Rest.ttf",
    "NotoSansKR-Rest.ttf",
    "NotoEmoji.ttf",
)
GETA = "〓"
#: Choose a form of the character before them or join it to the next; they have no shape of their own.
_SHAPELESS = frozenset([0x200B, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


class NoTypefaces(Exception):
    """A file of the typefaces is missing or broken."""


@cache
def characters() -> frozenset[int]:
    """Return the characters that can be printed; raises NoTypefaces."""
    found: set[int] = set()
    for name in FILES:
        try:
            found |= _mapped((FOLDER / name).read_bytes())
        except (OSError, struct.error, ValueError) as error:
            raise NoTypefaces(
                f"PDFに使う書体のファイルを読めません（{FOLDER / name}）。プログラムを取り出し直してください。"
            ) from error
    return frozenset(found)


def printable(text: str, lost: Counter[str]) -> str:
    """Return text with 〓 for what cannot be printed, counting that in `lost`."""
    known = characters()
    if all(ord(each) in known for each in text):
        return text
    kept = []
    for each in text:
        if each == "\n" or ord(each) in known or ord(each) in _SHAPELESS:
            kept.append(each)
        else:
            lost[each] += 1
            kept.append(GETA)
    return "".join(kept)


def _mapped(font: bytes) -> set[int]:
    """Return the characters of a TrueType file: its `cmap` table in the formats 4 and 12."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {}
    for number in range(count):
        tag, _, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        tables[tag] = offset
    start = tables.get(b"cmap")
    if start is None:
        raise ValueError("no cmap")
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * number + 4)
        (kind,) = struct.unpack_from(">H", font, start + offset)
        if kind == 12:
            found |= _groups(font, start + offset)
        elif kind == 4:
            found |= _segments(font, start + offset)
    return found


def _groups(font: bytes, start: int) -> set[int]:
    found: set[int] = set()
    (count,) = struct.unpack_from(">I", font, start + 12)
    for number in range(count):
        first, last, _glyph = struct.unpack_from(">III", font, start + 16 + 12 * number)
        found.update(range(first, last + 1))
    return found


def _segments(font: bytes, start: int) -> set[int]:
    found: set[int] = set()
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    for number in range(count):
        (last,) = struct.unpack_from(">H", font, start + 14 + 2 * number)
        (first,) = struct.unpack_from(">H", font, start + 16 + 2 * count + 2 * number)
        (delta,) = struct.unpack_from(">H", font, start + 16 + 4 * count + 2 * number)
        place = start + 16 + 6 * count + 2 * number
        (range_offset,) = struct.unpack_from(">H", font, place)
        for code in range(first, min(last, 0xFFFE) + 1):
            if range_offset:
                (glyph,) = struct.unpack_from(">H", font, place + range_offset + 2 * (code - first))
                has_shape = glyph != 0
            else:
                has_shape = (code + delta) % 0x10000 != 0
            if has_shape:
                found.add(code)
    return found
