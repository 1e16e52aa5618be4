"""How many people live where and of which age (人口の表): what those who spoke are compared with.

The file is the one by which surveys are weighted (`surveys.domain.margins`): variable, category, population,
source, as_of. Variables are 地区, 年代, or both joined (地区×年代, categories like 北部地区×30代). Ages may stand
in finer steps; they are added up to the bands that submitters choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from participation.people.domain import AGE_BAND_NAMES, AgeBand
from participation.surveys.domain.margins import LineError, Margin, read_margins

PLACE_NAMES = frozenset({"地区", "地域"})
AGE_NAMES = frozenset({"年代", "年齢"})
_JOINED = re.compile(r"[×xX✕＊*・／/]")
#: From which age to which a band goes, both included.
_SPANS = {
    AgeBand.UNDER_18: (0, 17),
    AgeBand.FROM_18: (18, 29),
    AgeBand.FROM_30: (30, 39),
    AgeBand.FROM_40: (40, 49),
    AgeBand.FROM_50: (50, 59),
    AgeBand.FROM_60: (60, 69),
    AgeBand.FROM_70: (70, 79),
    AgeBand.FROM_80: (80, 200),
}
_OLDEST = 200
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Population:
    """How many people live in each 地区, are of each age, and both; what the table does not say is empty."""

    by_place: dict[str, int]
    by_age: dict[AgeBand, int]
    by_both: dict[tuple[str, AgeBand], int]
    source: str
    as_of: date

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(self.by_place.values()) or sum(self.by_age.values())


@dataclass(frozen=True)
class PopulationFile:
    """A file as read: what it says, or what is wrong with it. With errors nothing of it is used."""

    population: Population | None
    errors: tuple[LineError, ...]


def read_population(text: str, places: Sequence[str]) -> PopulationFile:
    """Read a file for the 地区 of the ward; everything wrong is told, not only the first."""
    read = read_margins(text)
    if read.errors:
        return PopulationFile(None, read.errors)
    by_place: dict[str, int] = {}
    by_age: dict[AgeBand, int] = {}
    by_both: dict[tuple[str, AgeBand], int] = {}
    wrong: list[str] = []
    used: list[Margin] = []
    for margin in read.margins:
        names = [part.strip() for part in _JOINED.split(margin.variable)]
        kinds = [_kind_of(name) for name in names]
        told: list[str]
        if kinds == ["place"]:
            by_place, told = _added(margin, _place_reader(places), list(places))
        elif kinds == ["age"]:
            by_age, told = _added(margin, _read_age, list(AgeBand))
        elif sorted(map(str, kinds)) == ["age", "place"]:
            both = [(place, age) for place in places for age in AgeBand]
            by_both, told = _added(margin, _both_reader(places, place_first=kinds[0] == "place"), both)
        else:
            wrong.append(
                f"「{margin.variable}」は使えません。変数は「地区」「年代」「地区×年代」のどれかにしてください。"
            )
            continue
        wrong += told
        used.append(margin)
    if wrong:
        return PopulationFile(None, tuple(LineError(1, words) for words in wrong))
    if len({(margin.source, margin.as_of) for margin in used}) > 1:
        words = "出典と時点は、どの変数も同じにしてください。ちがう時点の人口は比べられません。"
        return PopulationFile(None, (LineError(1, words),))
    if by_both:
        by_place = by_place or _summed(by_both, lambda key: key[0])
        by_age = by_age or _summed(by_both, lambda key: key[1])
    if not sum(by_place.values()) and not sum(by_age.values()):
        return PopulationFile(None, (LineError(1, "人口がどれも0です。"),))
    first = used[0]
    return PopulationFile(Population(by_place, by_age, by_both, first.source, first.as_of), ())


def template_rows(places: Sequence[str]) -> list[tuple[str, str, str, str, str]]:
    """Return the lines of a file to fill in: both joined, every 地区 and age."""
    return [
        ("地区×年代", f"{place}×{AGE_BAND_NAMES[age]}", "", "", "") for place in places for age in AgeBand
    ]


def band_of(category: str) -> AgeBand | None:
    """Return the age band in which a category lies whole: 30代, 30〜34歳, 85歳以上; None: in none, or across two."""
    plain = re.sub(r"[\s歳才]", "", unicodedata.normalize("NFKC", category))
    if found := re.fullmatch(r"(\d{1,3})(?:から|[〜~\-‐–—―ー])(\d{1,3})(?:まで)?", plain):
        low, high = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})代", plain):
        low, high = int(found[1]), int(found[1]) + 9
    elif found := re.fullmatch(r"(\d{1,3})(?:以上|[〜~])", plain):
        low, high = int(found[1]), _OLDEST
    elif found := re.fullmatch(r"(\d{1,3})未満", plain):
        low, high = 0, int(found[1]) - 1
    elif found := re.fullmatch(r"(\d{1,3})", plain):
        low = high = int(found[1])
    else:
        return None
    return next((age for age, span in _SPANS.items() if span[0] <= low <= high <= span[1]), None)


def _kind_of(name: str) -> str:
    return "place" if name in PLACE_NAMES else "age" if name in AGE_NAMES else ""


class _Unknown(Exception):
    """A category that means nothing here, in words."""


def _added(
    margin: Margin, read: Callable[[str], _Key], needed: Sequence[_Key]
) -> tuple[dict[_Key, int], list[str]]:
    """Return the population by what categories mean, and what is wrong: a category not known, one that is missing."""
    found: Counter[_Key] = Counter()
    wrong = []
    for category, count in margin.populations.items():
        try:
            found[read(category)] += count
        except _Unknown as unknown:
            wrong.append(str(unknown))
    missing = [] if wrong else [key for key in needed if key not in found]
    if missing:
        names = "、".join(_in_words(key) for key in missing[:6]) + ("ほか" if len(missing) > 6 else "")
        wrong.append(f"「{margin.variable}」に {names} の人口がありません。0人なら0と書いてください。")
    return dict(found), wrong


def _in_words(key: object) -> str:
    if isinstance(key, tuple):
        return "×".join(_in_words(part) for part in key)
    return AGE_BAND_NAMES[key] if isinstance(key, AgeBand) else str(key)


def _place_reader(places: Sequence[str]) -> Callable[[str], str]:
    plain = {_plain(place): place for place in places}

    def read(category: str) -> str:
        if _plain(category) not in plain:
            raise _Unknown(f"「{category}」という地区はありません。地区の名前は {'、'.join(places)} です。")
        return plain[_plain(category)]

    return read


def _plain(place: str) -> str:
    """Without 地区 and 地域 behind it: 北部 and 北部地区 are the same."""
    return re.sub(r"(?:地区|地域)$", "", unicodedata.normalize("NFKC", place).strip())


def _read_age(category: str) -> AgeBand:
    band = band_of(category)
    if band is None:
        names = "、".join(AGE_BAND_NAMES.values())
        raise _Unknown(f"年代「{category}」が分かりません。{names}のどれかに収まるように書いてください。")
    return band


def _both_reader(places: Sequence[str], *, place_first: bool) -> Callable[[str], tuple[str, AgeBand]]:
    read_place = _place_reader(places)

    def read(category: str) -> tuple[str, AgeBand]:
        parts = [part.strip() for part in _JOINED.split(category)]
        if len(parts) != 2:
            raise _Unknown(
                f"「{category}」は「北部地区×30代」のように、地区と年代を×でつないで書いてください。"
            )
        place, age = parts if place_first else reversed(parts)
        return read_place(place), _read_age(age)

    return read


def _summed(
    by_both: dict[tuple[str, AgeBand], int], part: Callable[[tuple[str, AgeBand]], _Key]
) -> dict[_Key, int]:
    found: Counter[_Key] = Counter()
    for key, count in by_both.items():
        found[part(key)] += count
    return dict(found)
