"""Who spoke and who is missing (だれの声が届いているか): submitters by 地区 and age against the population.

Everything here is counted in people. Whoever submits chooses to: a representation ratio (代表比) says how the
circle of those who spoke differs from the ward, never what the ward thinks. Numbers below five are not shown,
nor what would give them away (`surveys.domain.disclosure`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from participation.foundation.lazily import lazily
from participation.opinions.domain import Channel
from participation.people.domain import AGE_BAND_NAMES, AgeBand, Standing
from participation.reading.domain.population import Population
from participation.surveys.domain.disclosure import (
    LEAST_CELL,
    LEAST_PEOPLE,
    merge_small,
    suppress_three,
    suppress_two,
)
from participation.surveys.domain.intervals import wilson

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")

AGES = tuple(AgeBand)
#: The largest number that is not shown.
SMALL = LEAST_CELL - 1
#: An expected number from which on it says something that hardly anybody came.
WORTH_A_WORD = 5
#: So many ages are named for one place.
MOST_AGES = 3
AGE_NOT_SAID = "年代不明"
_Key = TypeVar("_Key")
_Cell = TypeVar("_Cell")
Ages = tuple[tuple[str, tuple[AgeBand, ...]], ...]
#: How ages are put together where people are few.
FINER_TO_COARSER: tuple[Ages, ...] = (
    tuple((AGE_BAND_NAMES[age], (age,)) for age in AGES),
    (("29歳以下", AGES[:2]), ("30・40代", AGES[2:4]), ("50・60代", AGES[4:6]), ("70歳以上", AGES[6:])),
    (("49歳以下", AGES[:4]), ("50歳以上", AGES[4:])),
)


class Way(StrEnum):
    """Ways of handing in that reach people alike (届き方のまとまり)."""

    ONLINE = "online"
    PAPER = "paper"
    IN_PERSON = "in_person"


WAY_NAMES = {
    Way.ONLINE: "ウェブ・メール",
    Way.PAPER: "紙・窓口・FAX",
    Way.IN_PERSON: "会・学校・聞き取り・電話",
}
_WAYS = {
    Channel.WEB: Way.ONLINE,
    Channel.EMAIL: Way.ONLINE,
    Channel.COUNTER: Way.PAPER,
    Channel.POST: Way.PAPER,
    Channel.FAX: Way.PAPER,
    Channel.PHONE: Way.IN_PERSON,
    Channel.MEETING: Way.IN_PERSON,
    Channel.SCHOOL: Way.IN_PERSON,
    Channel.ORAL: Way.IN_PERSON,
}


class Tie(StrEnum):
    """What ties a submitter to the ward, one for each (おもな立場): the first that holds, in this order."""

    LIVES = "lives"
    WORKS = "works"
    STUDIES = "studies"
    OTHER = "other"
    NOT_SAID = "not_said"


TIE_NAMES = {
    Tie.LIVES: "住んでいる",
    Tie.WORKS: "働いている",
    Tie.STUDIES: "通学している",
    Tie.OTHER: "活動・そのほか",
    Tie.NOT_SAID: "書いていない",
}


class Verdict(StrEnum):
    """How those who spoke differ from the population (人口とのちがい)."""

    FEWER = "fewer"
    MORE = "more"
    UNCLEAR = "unclear"


VERDICT_NAMES = {
    Verdict.FEWER: "人口より少ない",
    Verdict.MORE: "人口より多い",
    Verdict.UNCLEAR: "ちがうとは言えない",
}


@dataclass(frozen=True)
class Heard:
    """A person who spoke, or a class that spoke together: where they live, of which age, by which way."""

    place: str | None
    age: AgeBand | None
    tie: Tie
    way: Way
    people: int = 1


@dataclass(frozen=True)
class Line:
    """One 地区 or one age: how many spoke, and what that is against the population."""

    name: str
    #: None: fewer than five, or withheld so that these cannot be found out.
    count: int | None
    is_small: bool
    #: How many there would be by the population; None: the table does not say.
    expected: float | None
    #: The share of those who spoke against that of the population, and between which bounds chance leaves it.
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Cell:
    """One 地区 and age."""

    count: int | None
    expected: float | None


@dataclass(frozen=True)
class ByAge(Generic[_Cell]):
    """A table by age (年代べつの表): the names of the ages, put together as far as needed; rows. Empty: too few."""

    ages: tuple[str, ...]
    rows: tuple[tuple[str, tuple[_Cell, ...]], ...]


@dataclass(frozen=True)
class Suggestion:
    """Where a gathering would reach those who are missing (集まりを開くとよい場所)."""

    place: str
    #: How many more would have spoken, had as many come as by the population.
    missing: int
    #: Ages that are missing there most.
    ages: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """The whole picture (届いた声のかたより)."""

    people: int
    #: Those who live in the ward, and of them those whose 地区 or age is known.
    residents: int
    with_place: int
    with_age: int
    places: tuple[Line, ...]
    ages: tuple[Line, ...]
    #: 地区 × age, of residents.
    both: ByAge[Cell]
    #: おもな立場 × age and ways × age, of everybody; None where withheld.
    ties: ByAge[int | None]
    ways: ByAge[int | None]
    suggestions: tuple[Suggestion, ...]


def way_of(channel: Channel) -> Way:
    """Return how something reached the ward, in one of three ways."""
    return _WAYS[channel]


def tie_of(standings: Iterable[str], *, has_district: bool) -> Tie:
    """Return the one tie under which somebody is counted; who names a 住区 lives there."""
    said = frozenset(standings)
    if Standing.LIVES in said or has_district:
        return Tie.LIVES
    for standing, tie in ((Standing.WORKS, Tie.WORKS), (Standing.STUDIES, Tie.STUDIES)):
        if standing in said:
            return tie
    return Tie.OTHER if said else Tie.NOT_SAID


def joined(first: Heard, later: Heard) -> Heard:
    """Return somebody who spoke twice as one person: what was said later completes what was said first."""
    return Heard(
        place=first.place or later.place,
        age=first.age or later.age,
        tie=min(first.tie, later.tie, key=list(Tie).index),
        way=first.way,
        people=max(first.people, later.people),
    )


def draw_board(
    heard: Sequence[Heard], places: Sequence[str], population: Population | None, *, way: Way | None = None
) -> Board:
    """Return the board of everybody, or of those who spoke in one way.

    The population is that of residents; so those who live elsewhere stand only in the tables of ties and ways.
    Where people are few, ages are put together until a table can be shown.
    """
    residents = [each for each in heard if each.tie is Tie.LIVES]
    table = _counted(residents, places)
    at = list(Way).index(way) if way is not None else None
    own = table.sum(axis=2) if at is None else table[:, :, at]
    named = {AGE_BAND_NAMES[age]: count for age, count in population.by_age.items()} if population else {}
    by_place, told_places = _along(table.sum(axis=1), at, len(places))
    by_age, told_ages = _along(table.sum(axis=0), at, len(AGES))
    place_lines = _lines(places, by_place, told_places, population.by_place if population else {})
    both = _both(table, at, places, population)
    return Board(
        people=sum(each.people for each in heard if way in (None, each.way)),
        residents=int(own.sum()),
        with_place=sum(by_place),
        with_age=sum(by_age),
        places=place_lines,
        ages=_lines([AGE_BAND_NAMES[age] for age in AGES], by_age, told_ages, named),
        both=both,
        ties=_by_age(heard, list(Tie), lambda each: each.tie, TIE_NAMES),
        ways=_by_age(heard, list(Way), lambda each: each.way, WAY_NAMES),
        suggestions=_suggestions(place_lines, both),
    )


def _along(table: np.ndarray, way: int | None, size: int) -> tuple[list[int], list[int | None]]:
    """Return the counts of one thing, of everybody or of one way, and what of them may be told.

    Told of one way is only what, with the other ways and the total, gives no small number away.
    """
    if way is None:
        numbers = [int(each) for each in table.sum(axis=1)[:size]]
        return numbers, guarded(numbers)
    numbers = [int(each) for each in table[:size, way]]
    shown = _suppressed(table)
    return numbers, [shown(row, way) for row in range(size)]


def guarded(counts: Sequence[int]) -> list[int | None]:
    """Return the counts with those below five withheld, and one more where the total would give a single one away."""
    withheld = [place for place, count in enumerate(counts) if count < LEAST_CELL]
    rest = [place for place in range(len(counts)) if place not in withheld]
    if len(withheld) == 1 and rest:
        withheld.append(min(rest, key=lambda place: counts[place]))
    return [None if place in withheld else count for place, count in enumerate(counts)]


def compare(count: int, whole: int, population: int, everybody: int) -> tuple[float, float, float] | None:
    """Return the representation ratio with its bounds (Wilson, 95%); None where there is nothing to compare."""
    interval = wilson(count, whole)
    if interval is None or not population or not everybody:
        return None
    share = population / everybody
    return count / whole / share, interval.low / share, interval.high / share


def _lines(
    names: Sequence[str], numbers: Sequence[int], told: Sequence[int | None], populations: dict[str, int]
) -> tuple[Line, ...]:
    whole, everybody = sum(numbers), sum(populations.values())
    lines = []
    for name, number, count in zip(names, numbers, told, strict=True):
        expected = whole * populations.get(name, 0) / everybody if everybody else None
        is_small = number < LEAST_CELL
        compared = None
        if whole >= LEAST_PEOPLE and (is_small or count is not None):
            # Of a small number only is said what holds for every small number.
            compared = compare(SMALL if is_small else number, whole, populations.get(name, 0), everybody)
        if compared is None:
            lines.append(Line(name, count, is_small, expected))
            continue
        ratio, low, high = compared
        verdict = Verdict.FEWER if high < 1 else Verdict.MORE if low > 1 and not is_small else Verdict.UNCLEAR
        lines.append(
            Line(name, count, True, expected, verdict=verdict)
            if is_small
            else Line(name, count, False, expected, ratio, low, high, verdict)
        )
    return tuple(lines)


def _counted(heard: Iterable[Heard], places: Sequence[str]) -> np.ndarray:
    """Return people by place, age and way; the last place and the last age are those who did not say."""
    at = {place: number for number, place in enumerate(places)}
    table = np.zeros((len(places) + 1, len(AGES) + 1, len(Way)), dtype=int)
    ways = list(Way)
    for each in heard:
        place = at.get(each.place, len(places)) if each.place is not None else len(places)
        age = AGES.index(each.age) if each.age is not None else len(AGES)
        table[place, age, ways.index(each.way)] += each.people
    return table


def _put_together(table: np.ndarray, ages: Ages) -> np.ndarray:
    """Return a table with the ages (its second axis) put together; who did not say stays last."""
    parts = [table[:, [AGES.index(age) for age in some]].sum(axis=1) for _, some in ages]
    return np.stack([*parts, table[:, len(AGES)]], axis=1)


def _suppressed(table: np.ndarray) -> Callable[..., int | None]:
    """Return what may be shown at each place of a table of two or three questions.

    Categories of which there are too few people are put together first, those of nobody left out: of them
    nothing is shown.
    """
    where: list[dict[int, int]] = []
    for axis in range(table.ndim):
        counts = [int(each) for each in table.sum(axis=tuple({*range(table.ndim)} - {axis}))]
        groups = merge_small(counts)
        if groups is None:
            return lambda *_place: None
        where.append({group[0]: number for number, group in enumerate(groups) if len(group) == 1})
        parts = [table.take(group, axis=axis).sum(axis=axis) for group in groups]
        table = np.stack(parts, axis=axis)
    shown = suppress_two(table) if table.ndim == 2 else suppress_three(table)

    def at(*place: int) -> int | None:
        if shown is None or any(each not in known for each, known in zip(place, where, strict=True)):
            return None
        return shown.at(*(known[each] for each, known in zip(place, where, strict=True)))

    return at


def _most_told(tables: Iterable[ByAge[_Cell]], told: Callable[[_Cell], int]) -> ByAge[_Cell]:
    """Return the table that tells of most people, the finer of two that tell of as many; empty: none tells of any."""
    best, most = ByAge[_Cell]((), ()), 0
    for table in tables:
        people = sum(told(cell) for _, cells in table.rows for cell in cells)
        if people > most:
            best, most = table, people
    return best


def _both(
    table: np.ndarray, way: int | None, places: Sequence[str], population: Population | None
) -> ByAge[Cell]:
    tables = (_by_place_and_age(table, ages, way, places, population) for ages in FINER_TO_COARSER)
    return _most_told(tables, lambda cell: cell.count or 0)


def _by_place_and_age(
    table: np.ndarray, ages: Ages, way: int | None, places: Sequence[str], population: Population | None
) -> ByAge[Cell]:
    grouped = _put_together(table, ages)
    shown = _suppressed(grouped.sum(axis=2) if way is None else grouped)
    own = grouped.sum(axis=2) if way is None else grouped[:, :, way]
    everybody = sum(population.by_both.values()) if population else 0
    whole = int(own[: len(places), : len(ages)].sum())
    rows = []
    for row, place in enumerate(places):
        cells = []
        for column, (_, some) in enumerate(ages):
            count = shown(row, column) if way is None else shown(row, column, way)
            living = sum(population.by_both.get((place, age), 0) for age in some) if population else 0
            cells.append(Cell(count, whole * living / everybody if everybody else None))
        rows.append((place, tuple(cells)))
    return ByAge(tuple(name for name, _ in ages), tuple(rows))


def _by_age(
    heard: Iterable[Heard],
    keys: Sequence[_Key],
    key_of: Callable[[Heard], _Key],
    names: Mapping[_Key, str],
) -> ByAge[int | None]:
    """Return a table of people by something and age, with who did not say last; empty: too few."""
    table = np.zeros((len(keys), len(AGES) + 1), dtype=int)
    for each in heard:
        age = AGES.index(each.age) if each.age is not None else len(AGES)
        table[keys.index(key_of(each)), age] += each.people
    tables = []
    for ages in FINER_TO_COARSER:
        shown = _suppressed(_put_together(table, ages))
        rows = tuple(
            (names[key], tuple(shown(row, column) for column in range(len(ages) + 1)))
            for row, key in enumerate(keys)
            if table[row].any()
        )
        tables.append(ByAge((*(name for name, _ in ages), AGE_NOT_SAID), rows))
    return _most_told(tables, lambda count: count or 0)


def _suggestions(lines: Sequence[Line], both: ByAge[Cell]) -> tuple[Suggestion, ...]:
    """Return the places where surely fewer spoke than live there, those where most are missing first."""
    found = []
    cells_of = dict(both.rows)
    for line in lines:
        if line.verdict is not Verdict.FEWER or line.expected is None:
            continue
        # A number that is not shown is taken as the largest that is small: what is suggested does not tell it.
        gaps = [
            (cell.expected - (SMALL if cell.count is None else cell.count), age)
            for age, cell in zip(both.ages, cells_of.get(line.name, ()), strict=False)
            if cell.expected is not None and cell.expected >= WORTH_A_WORD
        ]
        worst = sorted((each for each in gaps if each[0] > 0), key=lambda each: -each[0])[:MOST_AGES]
        spoke = SMALL if line.count is None else line.count
        found.append(Suggestion(line.name, round(line.expected - spoke), tuple(age for _, age in worst)))
    return tuple(sorted(found, key=lambda each: -each.missing))
