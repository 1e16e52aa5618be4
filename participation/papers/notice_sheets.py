"""Sheets for notice boards (掲示) and for passing from house to house (回覧): A4, one page, with a QR code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from participation.papers.kept import Shelf, pdf_of

TEMPLATE = Path(__file__).with_name("notice_sheet.typ")
_SHELF = Shelf("notice")


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
    return _SHELF.kept(repr(sheet), TEMPLATE, folder, lambda: sheet_pdf(sheet, folder))


def sheet_pdf(sheet: NoticeSheet, folder: Path) -> bytes:
    """Return a sheet as PDF; raises NoTypefaces or NotPrinted."""
    return pdf_of(TEMPLATE, asdict(sheet), folder)
