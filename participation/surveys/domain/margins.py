"""Published margins to weight by (母集団の表): a file of how many people there are of each kind.

One line a category: variable, category, population, source, as_of. A file may hold several variables (年代, 地区,
性別); each is a margin of its own. A variable that joins two, like 年代×地区, is written as one with its categories.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

#: A file of margins is a page, not a register.
MOST_LINES = 500
COLUMNS = ("variable", "category", "population", "source", "as_of")
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
    """How many people of each category of a variable there are, by whom published and of when."""

    variable: str
    populations: Mapping[str, int]
    source: str
    as_of: date

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
    header = [_NAMES.get(cell.strip(), cell.strip().lower()) for cell in rows[0]]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        words = f"1行目に列の名前「{'」「'.join(missing)}」がありません。1行目は {','.join(COLUMNS)} にしてください。"
        return MarginsFile((), (LineError(1, words),))
    if len(rows) > MOST_LINES + 1:
        return MarginsFile((), (LineError(MOST_LINES + 2, f"{MOST_LINES}行までにしてください。"),))
    places = {name: header.index(name) for name in COLUMNS}
    found: dict[str, dict[str, int]] = {}
    sources: dict[str, tuple[str, date]] = {}
    errors: list[LineError] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        wrong = _read_line(cells, found, sources)
        errors += [LineError(number, words) for words in wrong]
    for variable, populations in found.items():
        if len(populations) < 2:
            errors.append(LineError(1, f"「{variable}」の区分が1つだけです。2つ以上書いてください。"))
    if not found and not errors:
        errors.append(LineError(2, "2行目から、区分ごとの人口を書いてください。"))
    margins = tuple(Margin(name, found[name], *sources[name]) for name in found)
    return MarginsFile(() if errors else margins, tuple(errors))


def _read_line(
    cells: Mapping[str, str],
    found: dict[str, dict[str, int]],
    sources: dict[str, tuple[str, date]],
) -> list[str]:
    wrong = [f"「{name}」が空です。" for name in COLUMNS if not cells[name]]
    if wrong:
        return wrong
    plain = re.sub(r"[,，人\s]", "", cells["population"])
    if not plain.isdecimal() or int(plain) > _MOST:
        return [f"人口「{cells['population'][:40]}」は0以上の整数で書いてください。"]
    try:
        as_of = date.fromisoformat(cells["as_of"].replace("/", "-"))
    except ValueError:
        return [f"時点「{cells['as_of'][:40]}」は 2026-01-01 の形で書いてください。"]
    variable, category = cells["variable"][:100], cells["category"][:200]
    if category in found.get(variable, {}):
        return [f"「{variable}」の「{category}」が2回あります。"]
    said = (cells["source"][:300], as_of)
    if sources.setdefault(variable, said) != said:
        return [f"「{variable}」の出典と時点は、どの行も同じにしてください。"]
    found.setdefault(variable, {})[category] = int(plain)
    return []


def margins_as_rows(margins: Sequence[Margin]) -> list[tuple[str, str, int, str, str]]:
    """Return margins as the lines of their file."""
    return [
        (margin.variable, category, population, margin.source, margin.as_of.isoformat())
        for margin in margins
        for category, population in margin.populations.items()
    ]
