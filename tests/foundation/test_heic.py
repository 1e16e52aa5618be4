"""HEIC without the camera's notes: wiped out in their place, the picture as it was."""

from __future__ import annotations

import pytest

from participation.foundation.errors import Refused
from participation.foundation.heic import NotHeic, without_notes
from participation.foundation.pictures import bare

SHOWN, NOTE = b"the picture itself", b"Exif: taken at home"


def box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def heic(version: int = 0, *, inside: bool = False) -> bytes:
    """A file of two items: the picture, and a note (in `mdat`, or beside it in `idat`)."""
    wide = 2 if version < 2 else 4
    kinds = b"".join(
        box(b"infe", bytes([2 if wide == 2 else 3, 0, 0, 0]) + number(item, wide) + bytes(2) + kind + b"\0")
        for item, kind in ((1, b"hvc1"), (2, b"Exif"))
    )
    iinf = box(b"iinf", bytes(4) + number(2, 2) + kinds)

    def meta(place: int) -> bytes:
        rows = b""
        for item, start, size in (
            (1, place, len(SHOWN)),
            (2, 0 if inside else place + len(SHOWN), len(NOTE)),
        ):
            method = number(int(inside and item == 2), 2) if version else b""
            rows += number(item, wide) + method + bytes(2) + number(1, 2)
            rows += number(start, 4) + number(size, 4)
        iloc = box(b"iloc", bytes([version, 0, 0, 0, 0x44, 0]) + number(2, wide) + rows)
        return box(b"meta", bytes(4) + iinf + iloc + (box(b"idat", NOTE) if inside else b""))

    head = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", SHOWN + (b"" if inside else NOTE))


@pytest.mark.parametrize(("version", "inside"), [(0, False), (1, False), (1, True), (2, False)])
def test_notes_are_wiped_out_and_nothing_moves(version: int, inside: bool) -> None:
    before = heic(version, inside=inside)
    after = without_notes(before)
    assert after == before.replace(NOTE, bytes(len(NOTE)))
    assert NOTE in before
    assert bare(before) == after


@pytest.mark.parametrize("keep", [30, 60, 100, 130])
def test_what_is_broken_off_is_refused(keep: int) -> None:
    with pytest.raises(NotHeic):
        without_notes(heic()[:keep])
    with pytest.raises(Refused, match="読み取れませんでした"):
        bare(heic()[:keep])


def test_a_note_beyond_the_end_is_refused() -> None:
    with pytest.raises(NotHeic, match="outside"):
        without_notes(
            heic()[:-4].replace(box(b"mdat", SHOWN + NOTE)[:8], box(b"mdat", (SHOWN + NOTE)[:-4])[:8])
        )
