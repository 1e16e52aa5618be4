"""Sheets for notice boards (掲示) and for passing from house to house (回覧): A4, one page, with a QR code."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from participation.papers.paper import written
from participation.papers.printed import set_in_type
from participation.papers.typefaces import printable

TEMPLATE = Path(__file__).with_name("notice_sheet.typ")
#: One at a time: typesetting takes a processor for a second or more.
_setting = threading.Lock()


class SheetForm(StrEnum):
    """What a sheet is made for (刷りものの形)."""

    POSTER = "poster"
    CIRCULAR = "circular"


SHEET_NAMES = {SheetForm.POSTER: "掲示用ポスター", SheetForm.CIRCULAR: "回覧"}


@dataclass(frozen=True)
class SlipField:
    """One box of a slip: what is written into it, how many lines it has."""

    label: str
    lines: int = 1
    #: Shares its row with the next one.
    is_half: bool = False


@dataclass(frozen=True)
class Slip:
    """The part to be cut off and handed back (切取り欄)."""

    title: str
    #: Where to, until when.
    hand_in: str
    fields: tuple[SlipField, ...]


@dataclass(frozen=True)
class NoticeSheet:
    """What stands on a sheet; the same on the poster and on the circular."""

    form: SheetForm
    #: What it is: 説明会, パブリックコメント.
    over: str
    title: str
    issuer: str
    lead: str
    #: The one thing to be read from afar: when it is, or until when (name, words).
    main: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    #: What the QR code is for, in words; and where it leads.
    link_words: str
    link: str
    qr: tuple[str, ...]
    contact: str
    slip: Slip | None = None


def kept_sheet(sheet: NoticeSheet, folder: Path) -> bytes:
    """Return a sheet as PDF; it is set in type once and kept in the folder until it says something else."""
    said = repr(sheet).encode() + TEMPLATE.read_bytes()
    path = folder / f"notice-{hashlib.blake2b(said, digest_size=16).hexdigest()}.pdf"
    with _setting:
        if not path.exists():
            half_done = path.with_suffix(".part")
            half_done.write_bytes(sheet_pdf(sheet, folder))
            half_done.replace(path)
        return path.read_bytes()


def sheet_pdf(sheet: NoticeSheet, folder: Path) -> bytes:
    """Return a sheet as PDF; raises NoTypefaces or NotPrinted."""
    with tempfile.TemporaryDirectory(prefix="notices-", dir=folder) as name:
        path = Path(name) / "notice.pdf"
        set_in_type(TEMPLATE, _json(sheet), path)
        return path.read_bytes()


def _json(sheet: NoticeSheet) -> Iterator[str]:
    yield json.dumps(_printable(asdict(sheet), Counter()), ensure_ascii=False)


def _printable(value: Any, lost: Counter[str]) -> Any:
    """Return data in which every text can be printed; what a typeface lacks is 〓."""
    if isinstance(value, str):
        return printable(written(value), lost)
    if isinstance(value, Mapping):
        return {key: _printable(each, lost) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_printable(each, lost) for each in value]
    return value
