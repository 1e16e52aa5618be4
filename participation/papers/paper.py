"""What a paper (文書) consists of, before anybody decides in which form it is written.

Rows are given by functions, asked anew for every writing: a paper of 20,000 opinions is never in
memory as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: What XML refuses, what no reader sees, and what turns the direction of the text around it.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def written(text: str) -> str:
    """Return a text as it can stand in every kind of file: without control characters."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


@dataclass(frozen=True)
class Marked:
    """Words of which some were taken out or put in (見え消し): ("same" | "remove" | "add", words)."""

    parts: tuple[tuple[str, str], ...]

    def in_words(self) -> str:
        """Return it without any marks but words: what was taken out and put in is named."""
        names = {"remove": "［削除：{}］", "add": "［追加：{}］"}
        return "".join(names.get(kind, "{}").format(words) for kind, words in self.parts)


@dataclass(frozen=True)
class Read:
    """Words of which some have their reading above them (ふりがな): (words, their reading or nothing)."""

    parts: tuple[tuple[str, str], ...]

    def in_words(self) -> str:
        """Return it for what can put nothing above a line: the reading in brackets behind its words."""
        return "".join(f"{words}（{reading}）" if reading else words for words, reading in self.parts)


Cell = str | int | float | None | Marked | Read


def text_of(cell: Cell) -> str:
    """Return a cell as text; None is nothing, 0 is 0."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:g}"
    return written(cell.in_words() if isinstance(cell, Marked | Read) else cell)


@dataclass(frozen=True)
class Column:
    """A column: its title, its width beside the others, whether numbers stand in it."""

    title: str
    width: int = 10
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table; the anchor is the place to which links lead."""

    cells: tuple[Cell, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of the second or third level; the title of the paper is the first."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Words:
    """Paragraphs, one a line; a note stands smaller."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and what they say (項目と内容)."""

    caption: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table whose header is repeated on every page; without a caption, the heading before it names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    #: An annex (別冊) that is too long to be printed is left to the other forms, and the paper says so.
    is_annex: bool = False


Part = Heading | Words | Facts | Grid


@dataclass(frozen=True)
class Sheet:
    """A table for a spreadsheet: one row of names, then rows, nothing merged."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]


@dataclass(frozen=True)
class Paper:
    """A paper: what it is called, who publishes it, its parts to be read, its sheets to be computed with."""

    title: str
    #: What it is about; stands above the title.
    over: str
    issuer: str
    #: Where it stands on the web, in full.
    address: str
    #: The file's name without its ending.
    name: str
    parts: Callable[[], Iterator[Part]]
    #: The first is what a CSV file holds.
    sheets: tuple[Sheet, ...]
    #: Stands on every page where the paper is not for everybody yet (公表前).
    mark: str = ""

    @property
    def whole_title(self) -> str:
        """The title with what it is about, and the mark, as a window names it."""
        mark = f"【{self.mark}】" if self.mark else ""
        return f"{mark}{self.title}（{self.over}）"

    def seal(self) -> str:
        """Return a hash that differs when anything in the paper does."""
        sum_ = hashlib.blake2b(digest_size=16)
        for text in self._all_text():
            sum_.update(text.encode("utf-8", "replace"))
            sum_.update(b"\0")
        return sum_.hexdigest()

    def _all_text(self) -> Iterator[str]:
        yield from (self.title, self.over, self.issuer, self.address, self.name, self.mark)
        for part in self.parts():
            if isinstance(part, Grid):
                yield from (part.caption, *(column.title for column in part.columns))
                for row in part.rows():
                    yield from (row.anchor, *map(repr, row.cells))
            else:
                yield repr(part)
        for sheet in self.sheets:
            yield from (sheet.name, *(column.title for column in sheet.columns))
            for row in sheet.rows():
                yield from map(repr, row.cells)
