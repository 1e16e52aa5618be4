"""HEIC, the photographs of many telephones: what the camera wrote beside the picture is wiped out in its place.

The picture itself is not touched: how it is turned stands in properties of its own. A file is a row of boxes (ISO/IEC
14496-12); `meta` tells of items: `iinf` what kind each is, `iloc` where its bytes lie. Items of the kinds Exif and mime
(XMP) are overwritten with zeros, so that no place in the file moves.
"""

from __future__ import annotations

from collections.abc import Iterator

_NOTES = (b"Exif", b"mime", b"uri ")


class NotHeic(ValueError):
    """The file is not what it says it is, or broken off."""


def without_notes(content: bytes) -> bytes:
    """Return a HEIC with everything wiped out that is not the picture; raises NotHeic."""
    meta = next((body for kind, body in _boxes(content, 0, len(content)) if kind == b"meta"), None)
    if meta is None:
        raise NotHeic("no meta box")
    inside = dict(_boxes(content, meta[0] + 4, meta[1]))
    if b"iinf" not in inside or b"iloc" not in inside:
        raise NotHeic("no items")
    notes = {item for item, kind in _kinds(content, *inside[b"iinf"]) if kind in _NOTES}
    wiped = bytearray(content)
    for item, is_inside, start, size in _places(content, *inside[b"iloc"]):
        if item not in notes:
            continue
        if is_inside:
            start += inside.get(b"idat", (0, 0))[0]
        if start + size > len(content):
            raise NotHeic("a note lies outside of the file")
        end = start + size if size else len(content)
        wiped[start:end] = bytes(end - start)
    return bytes(wiped)


def _boxes(content: bytes, place: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    while place + 8 <= end:
        size, kind, head = _number(content, place, 4), content[place + 4 : place + 8], 8
        if size == 1:
            size, head = _number(content, place + 8, 8), 16
        size = size or end - place
        if size < head or place + size > end:
            raise NotHeic("a box is larger than what holds it")
        yield kind, (place + head, place + size)
        place += size


def _kinds(content: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield each item with its kind."""
    entries = start + (6 if content[start] == 0 else 8)
    for kind, (place, _) in _boxes(content, entries, end):
        version = content[place]
        if kind != b"infe" or version < 2:
            continue
        wide = 2 if version == 2 else 4
        yield _number(content, place + 4, wide), content[place + 6 + wide : place + 10 + wide]


def _places(content: bytes, start: int, end: int) -> Iterator[tuple[int, bool, int, int]]:
    """Yield (item, whether it lies in `idat`, where, how long) of each piece of each item."""
    version = content[start]
    sizes = _number(content, start + 4, 2)
    wide_offset, wide_length, wide_base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    wide_index = sizes & 15 if version else 0
    wide_item = 2 if version < 2 else 4
    count, place = _number(content, start + 6, wide_item), start + 6 + wide_item
    for _ in range(count):
        item, place = _number(content, place, wide_item), place + wide_item
        method = 0
        if version:
            method, place = _number(content, place, 2) & 15, place + 2
        base, place = _number(content, place + 2, wide_base), place + 2 + wide_base
        extents, place = _number(content, place, 2), place + 2
        for _ in range(extents):
            if place >= end:
                raise NotHeic("more pieces than the box holds")
            place += wide_index
            offset, place = _number(content, place, wide_offset), place + wide_offset
            size, place = _number(content, place, wide_length), place + wide_length
            yield item, method == 1, base + offset, size


def _number(content: bytes, place: int, size: int) -> int:
    found = content[place : place + size]
    if len(found) < size:
        raise NotHeic("broken off")
    return int.from_bytes(found, "big")
