"""The ward pack's files of places, as plain values."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SEED = Path(__file__).parent / "seed"


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


def read_areas(ward: str) -> list[AreaRow]:
    """Return the areas of a ward in the order of its file."""
    return [AreaRow(row["code"], row["name"]) for row in _rows(ward, "areas.csv")]


def read_districts(ward: str) -> list[DistrictRow]:
    """Return the residential districts of a ward in the order of its file."""
    return [
        DistrictRow(row["code"], row["name"], row["area_code"], row["area_is_confirmed"] == "yes")
        for row in _rows(ward, "residential_districts.csv")
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


def read_town_rules(ward: str) -> list[TownRule]:
    """Return the rules of a ward in the order of its file: the first that covers a place decides."""
    return [_town_rule(row) for row in _rows(ward, "town_rules.csv")]


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


def _rows(ward: str, name: str) -> list[dict[str, str]]:
    path = SEED / ward / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
