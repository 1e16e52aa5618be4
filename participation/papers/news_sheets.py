"""Local news (住区ニュース) on paper: A4 in two columns, or A3 in three, with a QR code to its page."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from participation.papers.paper import written
from participation.papers.printed import set_in_type
from participation.papers.typefaces import printable

TEMPLATE = Path(__file__).with_name("news_sheet.typ")
#: One at a time: typesetting takes a processor for a second or more.
_setting = threading.Lock()


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
    data = "".join(_json(sheet, size))
    sum_ = hashlib.blake2b(digest_size=16)
    for part in (data.encode("utf-8", "replace"), TEMPLATE.read_bytes()):
        sum_.update(part)
    path = folder / f"news-{sum_.hexdigest()}.pdf"
    with _setting:
        if not path.exists():
            with tempfile.TemporaryDirectory(prefix="news-", dir=folder) as name:
                made = Path(name) / "news.pdf"
                set_in_type(TEMPLATE, [data], made)
                made.replace(path)
        return path.read_bytes()


def _json(sheet: NewsSheet, size: SheetSize) -> Iterator[str]:
    lost: Counter[str] = Counter()

    def say(text: str) -> str:
        return printable(written(text), lost)

    yield json.dumps(
        {
            "size": size.value,
            "name": say(sheet.name),
            "title": say(sheet.title),
            "lead": say(sheet.lead),
            "day": say(sheet.day),
            "issuer": say(sheet.issuer),
            "contact": say(sheet.contact),
            "pieces": [
                {
                    "heading": say(each.heading),
                    "source": say(each.source),
                    "text": say(each.text),
                    "quoted": each.is_quoted,
                }
                for each in sheet.pieces
            ],
            "link": sheet.link,
            "code": list(sheet.code),
        },
        ensure_ascii=False,
    )
