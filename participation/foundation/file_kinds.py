"""Which files may be kept: what a file is decides its content, not its name (写し・添付・写真)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from participation.foundation import pictures
from participation.foundation.errors import Refused
from participation.foundation.pictures import MAX_PIXELS
from participation.foundation.text import clean_line

MAX_BYTES = 10 * 1024 * 1024


class ScanKind(StrEnum):
    """The form of a kept file (写しの形式)."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    HEIC = "heic"


SCAN_NAMES = {
    ScanKind.PDF: "PDF",
    ScanKind.JPEG: "JPEG",
    ScanKind.PNG: "PNG",
    ScanKind.TIFF: "TIFF",
    ScanKind.HEIC: "HEIC",
}
MEDIA_TYPES = {
    ScanKind.PDF: "application/pdf",
    ScanKind.JPEG: "image/jpeg",
    ScanKind.PNG: "image/png",
    ScanKind.TIFF: "image/tiff",
    ScanKind.HEIC: "image/heic",
}
_ENDINGS = {
    ScanKind.PDF: (".pdf",),
    ScanKind.JPEG: (".jpg", ".jpeg", ".jpe"),
    ScanKind.PNG: (".png",),
    ScanKind.TIFF: (".tif", ".tiff"),
    ScanKind.HEIC: (".heic", ".heif"),
}
#: What a browser draws by itself, as a picture and nothing else.
SHOWN = frozenset({ScanKind.JPEG, ScanKind.PNG})
ALLOWED = "PDF、JPEG、PNG、TIFF、HEIC"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_NUMBERED = re.compile(r"[\x00-\x1f\\/:*?\"<>|]")


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: its name as given, its form by its content, its hash."""

    name: str
    kind: ScanKind
    size: int
    sha256: str


def check_file(
    name: str,
    content: bytes,
    *,
    kinds: frozenset[ScanKind] = frozenset(ScanKind),
    most_bytes: int = MAX_BYTES,
) -> CheckedFile:
    """Return what is to be kept of a file; raises Refused with the reason. The content decides, not the name."""
    shown = _plain_name(name)
    if not content:
        raise Refused(f"「{shown}」は空です。")
    if len(content) > most_bytes:
        raise Refused(f"「{shown}」は大きすぎます。{size_in_words(most_bytes)}までにしてください。")
    kind = kind_of(content)
    if kind is None or kind not in kinds:
        allowed = "、".join(SCAN_NAMES[each] for each in ScanKind if each in kinds)
        raise Refused(f"「{shown}」は受け付けられない形式です。{allowed}にしてください。")
    if any(size > MAX_PIXELS for size in _pixels(kind, content)):
        raise Refused(f"「{shown}」は画素が多すぎます。小さくしてください。")
    if not shown.casefold().endswith(_ENDINGS[kind]):
        shown = f"{shown[:190]}{_ENDINGS[kind][0]}"
    return CheckedFile(shown, kind, len(content), hashlib.sha256(content).hexdigest())


def take_file(
    name: str,
    content: bytes,
    *,
    kinds: frozenset[ScanKind] = frozenset(ScanKind),
    most_bytes: int = MAX_BYTES,
) -> tuple[CheckedFile, bytes]:
    """Return what is to be kept of a file, and the content to keep; raises Refused with the reason.

    A picture is kept without what the camera wrote beside it: place, time, machine.
    """
    checked = check_file(name, content, kinds=kinds, most_bytes=most_bytes)
    if checked.kind is ScanKind.PDF:
        return checked, content
    try:
        shown = pictures.bare(content)
    except Refused as refusal:
        raise Refused(f"「{checked.name}」：{refusal.reason}") from refusal
    return replace(checked, size=len(shown), sha256=hashlib.sha256(shown).hexdigest()), shown


def size_in_words(size: int) -> str:
    """Return a size as a person reads it: 10MB, 500KB."""
    return f"{size // 1024 // 1024}MB" if size >= 1024 * 1024 else f"{size // 1024}KB"


def kind_of(content: bytes) -> ScanKind | None:
    """Return the form of a file by its first bytes, or None for what is not kept."""
    if content.startswith(b"%PDF-"):
        return ScanKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return ScanKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ScanKind.PNG
    if content.startswith((b"II*\x00", b"MM\x00*")):
        return ScanKind.TIFF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return ScanKind.HEIC
    return None


def _plain_name(name: str) -> str:
    last = PureWindowsPath(PurePosixPath(name).name).name
    return clean_line(_NUMBERED.sub("", last)).strip(". ")[-200:] or "名前のないファイル"


def _pixels(kind: ScanKind, content: bytes) -> Iterator[int]:
    """Yield how many pixels a picture says it has, where a browser would draw it."""
    if kind is ScanKind.PNG and len(content) >= 24:
        yield int.from_bytes(content[16:20], "big") * int.from_bytes(content[20:24], "big")
    if kind is ScanKind.JPEG:
        place = 2
        while place + 9 < len(content) and content[place] == 0xFF:
            mark, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
            if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
                height = int.from_bytes(content[place + 5 : place + 7], "big")
                yield height * int.from_bytes(content[place + 7 : place + 9], "big")
            place += 2 + max(length, 2)
