"""Published margins to weight by (母集団の表): a file of how many people there are of each kind.

A line is a category: of one attribute (年代), or of several at once (年代 and 地区, 年代 and 地区 and 性別). The lines
that name the same attributes are a margin together, and a file may hold several margins. There are two forms:

* A column for each attribute, then population, source, as_of; in a line the attributes that it does not tell of are
  empty: ``年代,地区,population,source,as_of`` with ``20代,北部,3100,…`` and ``20代,,31000,…``.
* Long, as a weighting is written out again: ``variable,category,population,source,as_of``, several attributes joined
  by ×: ``年代×地区,20代×北部,3100,…``.

Answers that are weighted together are joined by ＋ in one category: ``20代＋30代``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

#: A file of margins is a page, not a register.
MOST_LINES = 1_000
#: A file of margins is a page of text.
MOST_BYTES = 200_000
COLUMNS = ("variable", "category", "population", "source", "as_of")
#: Columns that every file has; in the form with a column for each attribute, all others are attributes.
FIGURES = ("population", "source", "as_of")
#: Joins the attributes of a margin, and the categories of its lines.
CROSS = "×"
MOST_ATTRIBUTES = 6
_NAMES = {
    "変数": "variable",
    "項目": "variable",
    "区分": "category",
    "人口": "population",
    "人数": "population",
    "出典": "source",
    "時点": "as_of",
}
NOT_TEXT = "文字コードがUTF-8でもShift_JIS（CP932）でもありません。表計算ソフトで保存し直してください。"
_MOST = 10**10


@dataclass(frozen=True)
class Margin:
    """How many people of each category of a variable there are, by whom published and of when.

    The variable of a joined margin is 年代×地区, its categories are 20代×北部.
    """

    variable: str
    populations: Mapping[str, int]
    source: str
    as_of: date
    #: The line of the file in which each category stands, where it came from a file.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that it joins; mostly one."""
        return tuple(self.variable.split(CROSS))

    def labels(self, category: str) -> tuple[str, ...]:
        """Return a category's label in each attribute."""
        return tuple(category.split(CROSS)) if len(self.attributes) > 1 else (category,)

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(self.populations.values())


@dataclass(frozen=True)
class LineError:
    """What is wrong in which line of a file (行の誤り)."""

    line: int
    words: str


@dataclass(frozen=True)
class MarginsFile:
    """A file as read: what it holds, and what is wrong with it. With errors nothing of it is used."""

    margins: tuple[Margin, ...]
    errors: tuple[LineError, ...]


def decode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8 (with or without BOM) or CP932; None if it is neither."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_margins(text: str) -> MarginsFile:
    """Read a file of margins; every wrong line is told, not only the first."""
    rows = list(csv.reader(io.StringIO(text.replace("\0", ""))))
    if not rows or not any(cell.strip() for cell in rows[0]):
        return MarginsFile((), (LineError(1, "ファイルが空です。"),))
    header = [_NAMES.get(cell.strip(), cell.strip()) for cell in rows[0]]
    header = [name.lower() if name.lower() in COLUMNS else name for name in header]
    wrong = _wrong_header(header)
    if wrong:
        return MarginsFile((), (LineError(1, wrong),))
    if len(rows) > MOST_LINES + 1:
        return MarginsFile((), (LineError(MOST_LINES + 2, f"{MOST_LINES:,}行までにしてください。"),))
    reader = _Reader(header)
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            reader.read(number, row)
    return reader.file()


def _wrong_header(header: Sequence[str]) -> str:
    is_long = "variable" in header or "category" in header
    missing = [name for name in (COLUMNS if is_long else FIGURES) if name not in header]
    if missing:
        return (
            f"1行目に列の名前「{'」「'.join(missing)}」がありません。"
            f"1行目は、年代,地区,{','.join(FIGURES)} のように、項目ごとの列と人口・出典・時点の列にしてください。"
        )
    named = [name for name in header if name]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        return f"列の名前「{twice[:40]}」が2回あります。"
    attributes = [] if is_long else [name for name in named if name not in FIGURES]
    if not is_long and not attributes:
        return f"年代・地区などの項目の列がありません。1行目は、年代,地区,{','.join(FIGURES)} のようにしてください。"
    if len(attributes) > MOST_ATTRIBUTES:
        return f"項目の列は{MOST_ATTRIBUTES}つまでにしてください。"
    if any(CROSS in name for name in attributes):
        return f"列の名前に「{CROSS}」は使えません。かけ合わせるときは、項目ごとに列を分けてください。"
    return ""


class _Reader:
    """Gathers the lines of a file by what attributes they tell of."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = header
        self.attributes = (
            [place for place, name in enumerate(header) if name and name not in COLUMNS]
            if "variable" not in header
            else []
        )
        self.found: dict[str, dict[str, int]] = {}
        self.lines: dict[str, dict[str, int]] = {}
        self.sources: dict[str, tuple[str, date]] = {}
        self.errors: list[LineError] = []

    def read(self, number: int, row: Sequence[str]) -> None:
        """Read a line, or say what is wrong with it."""
        cells = {
            name: row[place].strip() if place < len(row) else "" for place, name in enumerate(self.header)
        }
        words = self._joined(cells, row) or _wrong_cells(cells)
        if words:
            self.errors.append(LineError(number, words))
            return
        variable, category = cells["variable"], cells["category"]
        if category in self.found.get(variable, {}):
            before = self.lines[variable][category]
            self.errors.append(
                LineError(number, f"「{variable}」の「{category}」が2回あります（{before}行目）。")
            )
            return
        said = (cells["source"][:300], _day(cells["as_of"]))
        if self.sources.setdefault(variable, said) != said:
            self.errors.append(
                LineError(number, f"「{variable}」の出典と時点は、どの行も同じにしてください。")
            )
            return
        self.found.setdefault(variable, {})[category] = int(_digits(cells["population"]))
        self.lines.setdefault(variable, {})[category] = number

    def _joined(self, cells: dict[str, str], row: Sequence[str]) -> str:
        """Put variable and category of a line into its cells; return what is wrong."""
        if self.attributes:
            told = [
                (self.header[place], row[place].strip())
                for place in self.attributes
                if place < len(row) and row[place].strip()
            ]
            if len(told) > 1 and any(CROSS in label for _, label in told):
                return f"かけ合わせる行の区分には「{CROSS}」を使えません。選択肢の番号（a1など）で書いてください。"
            cells["variable"] = CROSS.join(name for name, _ in told)
            cells["category"] = CROSS.join(label for _, label in told)
            return "" if told else "年代・地区などの項目の列が、どれも空です。"
        joined = cells["variable"].count(CROSS)
        if joined and cells["category"].count(CROSS) != joined:
            parts = cells["variable"].split(CROSS)
            return (
                f"「{cells['variable'][:40]}」の区分は、{len(parts)}つを「{CROSS}」でつないで書いてください"
                f"（いまは「{cells['category'][:40]}」）。"
            )
        if joined and not all(
            part.strip() for part in (cells["variable"] + CROSS + cells["category"]).split(CROSS)
        ):
            return f"「{CROSS}」の前と後ろに、項目と区分を書いてください。"
        return ""

    def file(self) -> MarginsFile:
        """Return what was read."""
        for variable, populations in self.found.items():
            if len(populations) < 2:
                line = next(iter(self.lines[variable].values()))
                self.errors.append(
                    LineError(line, f"「{variable}」の区分が1つだけです。2つ以上書いてください。")
                )
        if not self.found and not self.errors:
            self.errors.append(LineError(2, "2行目から、区分ごとの人口を書いてください。"))
        margins = tuple(
            Margin(name, self.found[name], *self.sources[name], self.lines[name]) for name in self.found
        )
        return MarginsFile(() if self.errors else margins, tuple(sorted(self.errors, key=lambda e: e.line)))


def _wrong_cells(cells: Mapping[str, str]) -> str:
    empty = [name for name in COLUMNS if not cells[name]]
    if empty:
        return f"「{'」「'.join(empty)}」が空です。"
    if len(cells["variable"]) > 200 or len(cells["category"]) > 400:
        return "項目や区分の名前が長すぎます。"
    plain = _digits(cells["population"])
    if not plain.isdecimal() or int(plain) > _MOST:
        return f"人口「{cells['population'][:40]}」は0以上の整数で書いてください。"
    try:
        _day(cells["as_of"])
    except ValueError:
        return f"時点「{cells['as_of'][:40]}」は 2026-01-01 の形で書いてください。"
    return ""


def _digits(typed: str) -> str:
    return re.sub(r"[,，人\s]", "", typed)


def _day(typed: str) -> date:
    return date.fromisoformat(typed.replace("/", "-"))


def margins_as_rows(margins: Sequence[Margin]) -> list[tuple[str, str, int, str, str]]:
    """Return margins as the lines of their file."""
    return [
        (margin.variable, category, population, margin.source, margin.as_of.isoformat())
        for margin in margins
        for category, population in margin.populations.items()
    ]


def template_rows(
    attributes: Sequence[tuple[str, Sequence[str]]], *, joined: bool
) -> tuple[list[str], list[list[str]]]:
    """Return the header and the lines of a file to be filled in: every label of each attribute, no figures.

    Joined, a line is one label of each attribute; otherwise each attribute has lines of its own.
    """
    names = [name for name, _ in attributes]
    header = [*names, *FIGURES]
    if joined:
        return header, [[*labels, "", "", ""] for labels in product(*(each for _, each in attributes))]
    return header, [
        [*(label if own == name else "" for own in names), "", "", ""]
        for name, labels in attributes
        for label in labels
    ]
