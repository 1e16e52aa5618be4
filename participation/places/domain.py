"""The ward pack's files of places, as plain values."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from participation.foundation.table_files import TableFile

SEED = Path(__file__).parent / "seed"
AREAS, DISTRICTS, RULES = "areas.csv", "residential_districts.csv", "town_rules.csv"
#: The columns of each file.
COLUMNS = {
    AREAS: ("code", "name"),
    DISTRICTS: ("code", "name", "area_code", "area_is_confirmed"),
    RULES: ("town", "chome", "blocks", "district_code", "area_codes", "is_confirmed", "source"),
}
#: The folder of the ward's own files, beside the database.
OWN_FOLDER = "places"
#: Where a row remembers its line.
LINE = "line"
_CODE, _NUMBER, _SPAN = (
    re.compile(r"[a-z0-9-]{1,40}"),
    re.compile(r"\d{1,2}"),
    re.compile(r"\d{1,3}(-\d{1,3})?"),
)


@dataclass(frozen=True)
class AreaRow:
    """One line of areas.csv."""

    code: str
    name: str


@dataclass(frozen=True)
class DistrictRow:
    """One line of residential_districts.csv."""

    code: str
    name: str
    area_code: str
    area_is_confirmed: bool


def read_areas(ward: str, own: Path | None = None) -> list[AreaRow]:
    """Return the areas of a ward in the order of its file; `own`: the folder of the files that it brought itself."""
    return [AreaRow(row["code"], row["name"]) for row in _rows(ward, AREAS, own)]


def read_districts(ward: str, own: Path | None = None) -> list[DistrictRow]:
    """Return the residential districts of a ward in the order of its file."""
    return [
        DistrictRow(row["code"], row["name"], row["area_code"], row["area_is_confirmed"] == "yes")
        for row in _rows(ward, DISTRICTS, own)
    ]


@dataclass(frozen=True)
class TownRule:
    """One line of town_rules.csv: to which 住区 a 町丁目, or some of its blocks (街区), belongs.

    Where only the 地区 are known into which a 町丁目 is divided, no 住区 is named: it is never guessed.
    """

    town: str
    #: None: a town without 丁目, or all of them.
    chome: int | None
    #: From and to, both included; empty: the whole 町丁目.
    blocks: tuple[tuple[int, int], ...]
    district_code: str
    area_codes: tuple[str, ...]
    is_confirmed: bool
    source: str

    def covers(self, place: TypedPlace) -> bool:
        """Whether the rule speaks of a place."""
        if self.town != place.town or (self.chome is not None and self.chome != place.chome):
            return False
        if not self.blocks:
            return True
        return place.block is not None and any(first <= place.block <= last for first, last in self.blocks)


@dataclass(frozen=True)
class TypedPlace:
    """What somebody typed to find their 住区: 町, 丁目, 街区."""

    town: str
    chome: int | None
    block: int | None


class FindingKind(StrEnum):
    """What is known of a place that somebody typed (住区さがしの結果)."""

    DISTRICT = "district"
    DIVIDED = "divided"
    NEEDS_CHOME = "needs_chome"
    NEEDS_BLOCK = "needs_block"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The 住区 of a place, or what is missing to say it."""

    kind: FindingKind
    place: TypedPlace
    district_code: str = ""
    area_codes: tuple[str, ...] = ()
    is_confirmed: bool = True
    source: str = ""


_KANJI = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TYPED = re.compile(
    r"(?:東京都)?(?:\S{1,4}区)?(?P<town>.+?)(?:(?P<chome>\d{1,2}|[一二三四五六七八九十]{1,3})丁目|(?P<dash>\d{1,2})-)?"
    r"(?:(?P<block>\d{1,3})(?:番.*|-.*)?)?"
)


def read_place(typed: str, block: str = "") -> TypedPlace | None:
    """Return 町, 丁目 and 街区 of what was typed: 「上目黒二丁目12番3号」「上目黒2-12」; None: nothing was."""
    plain = (
        re.sub(r"[‐-―−ー－]", "-", unicodedata.normalize("NFKC", typed)) if re.search(r"\d", typed) else typed
    )
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain))
    found = _TYPED.fullmatch(plain)
    if found is None or not found["town"]:
        return None
    chome = found["chome"] or found["dash"]
    number = None if chome is None else _number_of(chome)
    digits = re.match(r"\d{1,3}", unicodedata.normalize("NFKC", block).strip())
    own = int(digits[0]) if digits else int(found["block"]) if found["block"] else None
    if number is None and own is not None and not digits:
        number, own = own, None  # 「上目黒2」 is a 丁目.
    return TypedPlace(found["town"], number, own)


def _number_of(text: str) -> int:
    """Return 12 for 「12」 and 「十二」."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_KANJI.get(tens, 1) * 10 if ten else 0) + _KANJI.get(ones, 0)


def find_place(rules: Sequence[TownRule], place: TypedPlace) -> Finding:
    """Return the 住区 of a place by the rules, or say what is missing: a 丁目, a block, or the rule itself."""
    of_town = [rule for rule in rules if rule.town == place.town]
    if not of_town:
        return Finding(FindingKind.UNKNOWN, place)
    if place.chome is None and all(rule.chome is not None for rule in of_town):
        return Finding(FindingKind.NEEDS_CHOME, place)
    for rule in of_town:
        if rule.covers(place):
            kind = FindingKind.DISTRICT if rule.district_code else FindingKind.DIVIDED
            return Finding(kind, place, rule.district_code, rule.area_codes, rule.is_confirmed, rule.source)
    of_chome = [rule for rule in of_town if rule.chome in (None, place.chome)]
    if of_chome and place.block is None:
        return Finding(FindingKind.NEEDS_BLOCK, place)
    return Finding(FindingKind.UNKNOWN, place)


def read_town_rules(ward: str, own: Path | None = None) -> list[TownRule]:
    """Return the rules of a ward in the order of its file: the first that covers a place decides."""
    return [_town_rule(row) for row in _rows(ward, RULES, own)]


def _town_rule(row: dict[str, str]) -> TownRule:
    return TownRule(
        town=row["town"],
        chome=int(row["chome"]) if row["chome"] else None,
        blocks=tuple(_span(each) for each in row["blocks"].split()),
        district_code=row["district_code"],
        area_codes=tuple(row["area_codes"].split()),
        is_confirmed=row["is_confirmed"] == "yes",
        source=row["source"],
    )


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _rows(ward: str, name: str, own: Path | None) -> list[dict[str, str]]:
    path = own / name if own is not None and (own / name).exists() else SEED / ward / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ── Places that a ward brings itself ────────────────────────────────────────────────────────


def rows_of(table: TableFile, name: str) -> tuple[list[dict[str, str]], list[str]]:
    """Return the rows of a table as the file `name` has them, and what is wrong with it, line by line."""
    rows, problems, head = [], [], None
    for row in table.rows:
        if row.wrong:
            problems.append(f"{name} {row.line}行目：{row.wrong}")
        elif row.is_empty:
            continue
        elif head is None:
            head = [cell.strip() for cell in row.cells]
            missing = [column for column in COLUMNS[name] if column not in head]
            if missing:
                return [], [f"{name}：列「{'、'.join(missing)}」がありません。"]
        else:
            cells = dict(zip(head, (cell.strip() for cell in row.cells), strict=False))
            rows.append({column: cells.get(column, "") for column in COLUMNS[name]} | {LINE: str(row.line)})
    return rows, problems


def wrong_in(files: Mapping[str, Sequence[dict[str, str]]]) -> list[str]:
    """Return what is wrong in a ward's own files, in words with the line: codes, ties between files, spans."""
    areas = {row["code"] for row in files[AREAS]}
    districts = {row["code"] for row in files[DISTRICTS]}
    problems = [
        f"{name} {row[LINE]}行目：コード「{row['code']}」は、英小文字・数字・ハイフンで1度だけ書いてください。"
        for name in (AREAS, DISTRICTS)
        for row in files[name]
        if not _CODE.fullmatch(row["code"]) or [each["code"] for each in files[name]].count(row["code"]) > 1
    ]
    problems += [
        f"{name} {row[LINE]}行目：名前がありません。"
        for name in (AREAS, DISTRICTS)
        for row in files[name]
        if not row["name"]
    ]
    problems += [
        f"{DISTRICTS} {row[LINE]}行目：地区のコード「{row['area_code']}」は {AREAS} にありません。"
        for row in files[DISTRICTS]
        if row["area_code"] not in areas
    ]
    for row in files[RULES]:
        where = f"{RULES} {row[LINE]}行目："
        if not row["town"]:
            problems.append(f"{where}町名がありません。")
        if row["chome"] and not _NUMBER.fullmatch(row["chome"]):
            problems.append(f"{where}丁目は数字で書いてください（今は「{row['chome']}」）。")
        if any(not _SPAN.fullmatch(each) for each in row["blocks"].split()):
            problems.append(f"{where}街区は「1-12 20」のように書いてください（今は「{row['blocks']}」）。")
        if row["district_code"] and row["district_code"] not in districts:
            problems.append(f"{where}住区のコード「{row['district_code']}」は {DISTRICTS} にありません。")
        if unknown := set(row["area_codes"].split()) - areas:
            problems.append(f"{where}地区のコード「{'、'.join(sorted(unknown))}」は {AREAS} にありません。")
    return problems


def as_file(name: str, rows: Sequence[dict[str, str]]) -> str:
    """Return rows as the text of the file `name`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[name], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
