"""Local news (住区ニュース) on paper: A4 in two columns, or A3 in three, with a QR code to its page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from participation.papers.kept import Shelf, as_json, pdf_of

TEMPLATE = Path(__file__).with_name("news_sheet.typ")
_SHELF = Shelf("news")


class SheetSize(StrEnum):
    """How large the paper is (紙の大きさ)."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True)
class PrintedPiece:
    """A piece: what stands above it, where it comes from, its words; somebody's own words are marked as such."""

    heading: str
    source: str
    text: str
    is_quoted: bool = False


@dataclass(frozen=True)
class NewsSheet:
    """A number as it is printed."""

    name: str
    title: str
    lead: str
    day: str
    issuer: str
    contact: str
    pieces: tuple[PrintedPiece, ...]
    #: Where it stands on the web, and the same as rows of "0" and "1".
    link: str
    code: tuple[str, ...]


def kept_news(sheet: NewsSheet, size: SheetSize, folder: Path) -> bytes:
    """Return the news as PDF; set once for the same words, and kept. Raises NoTypefaces or NotPrinted."""
    content = content_of(sheet, size)
    said = "".join(as_json(content))
    return _SHELF.kept(said, TEMPLATE, folder, lambda: pdf_of(TEMPLATE, content, folder))


def content_of(sheet: NewsSheet, size: SheetSize) -> dict[str, Any]:
    """Return a number as its template reads it: plain data."""
    return {
        "size": size.value,
        "name": sheet.name,
        "title": sheet.title,
        "lead": sheet.lead,
        "day": sheet.day,
        "issuer": sheet.issuer,
        "contact": sheet.contact,
        "pieces": [
            {"heading": each.heading, "source": each.source, "text": each.text, "quoted": each.is_quoted}
            for each in sheet.pieces
        ],
        "link": sheet.link,
        "code": sheet.code,
    }
