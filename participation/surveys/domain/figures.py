"""What the kept counts say of one question (設問の結果): figures to be put in a table, and drawn beside it.

Everything is computed from counts by choice, never from single answers: a page costs the same for ten answers
and for a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, ClassVar

from participation.surveys.domain.answers import ASKED, EVERYBODY
from participation.surveys.domain.choosing import ScaleSpec
from participation.surveys.domain.intervals import Interval, wilson
from participation.surveys.domain.tables import MatrixMultipleSpec, MatrixSpec, PointsSpec, RankingSpec
from participation.surveys.domain.writing import DateSpec, NumberSpec, plain

MOST_CLASSES = 10
_WIDTHS = tuple(Decimal(base).scaleb(power) for power in range(-3, 12) for base in (1, 2, 5))


@dataclass(frozen=True)
class Bar:
    """One choice: how many chose it, their share of those who answered, and its interval."""

    code: str
    label: str
    count: int
    share: float
    interval: Interval | None


@dataclass(frozen=True)
class Bars:
    """A count for each choice (棒)."""

    kind: ClassVar[str] = "bars"

    bars: tuple[Bar, ...]
    several: bool = False
    average: float | None = None


@dataclass(frozen=True)
class Grid:
    """Counts by row and column (表): stacked where the columns have an order, a heat map otherwise."""

    kind: ClassVar[str] = "grid"

    columns: tuple[str, ...]
    #: (row's name, how many answered the row where that is known, bars by column)
    rows: tuple[tuple[str, int | None, tuple[Bar, ...]], ...]
    is_scale: bool


@dataclass(frozen=True)
class Rank:
    """How an option was ranked: who ranked it at all, who put it first, its mean place among those."""

    label: str
    people: int
    first: int
    mean: float | None
    bar: Bar


@dataclass(frozen=True)
class Ranks:
    """An order of preference (順位), most first places first."""

    kind: ClassVar[str] = "ranks"

    rows: tuple[Rank, ...]
    places: int


@dataclass(frozen=True)
class Pointed:
    """How many points an option was given: in all, and by each respondent on average."""

    label: str
    people: int
    points: int
    mean: float
    share: float


@dataclass(frozen=True)
class Allotted:
    """Points shared out (配点)."""

    kind: ClassVar[str] = "points"

    rows: tuple[Pointed, ...]
    total: int


@dataclass(frozen=True)
class Spread:
    """Numbers or days: quartiles and a histogram (分布). The ends are for staff: they are single people."""

    kind: ClassVar[str] = "spread"

    #: The least, the lower quartile, the median, the upper quartile, the most; empty without any answer.
    quartiles: tuple[str, ...]
    mean: str
    classes: tuple[Bar, ...]
    unit: str = ""


@dataclass(frozen=True)
class Words:
    """Words or files: only how many there are."""

    kind: ClassVar[str] = "words"

    are_files: bool = False


Figures = Bars | Grid | Ranks | Allotted | Spread | Words


def figures_of(spec: Any, counts: Mapping[str, int]) -> Figures:
    """Return the figures of a question of this kind from its counts by choice."""
    answered = counts.get(EVERYBODY, 0)
    if isinstance(spec, MatrixSpec):
        return _grid(spec, counts, answered)
    if isinstance(spec, RankingSpec):
        return _ranks(spec, counts, answered)
    if isinstance(spec, PointsSpec):
        return _points(spec, counts, answered)
    if isinstance(spec, NumberSpec | DateSpec):
        return _spread(spec, counts)
    if not spec.choices():
        return Words(are_files=spec.kind == "file")
    bars = tuple(_bar(code, label, counts.get(code, 0), answered) for code, label in spec.choices())
    average = _average(bars) if isinstance(spec, ScaleSpec) else None
    return Bars(bars, several=spec.kind == "multiple", average=average)


def _bar(code: str, label: str, count: int, whole: int) -> Bar:
    return Bar(code, label, count, count / whole if whole else 0.0, wilson(count, whole) if whole else None)


def _average(bars: Sequence[Bar]) -> float | None:
    steps = [(int(bar.code), bar.count) for bar in bars if bar.code.isdecimal()]
    people = sum(count for _, count in steps)
    return round(sum(step * count for step, count in steps) / people, 2) if people else None


def _grid(spec: MatrixSpec, counts: Mapping[str, int], answered: int) -> Grid:
    rows = []
    for row in spec.rows:
        found = [counts.get(f"{row.code}:{column.code}", 0) for column in spec.columns]
        # Who chose several columns in a row cannot be told apart by counts: shares are of all who answered.
        whole = answered if isinstance(spec, MatrixMultipleSpec) else sum(found)
        bars = tuple(
            _bar(column.code, column.label, count, whole)
            for column, count in zip(spec.columns, found, strict=True)
        )
        rows.append((row.label, None if isinstance(spec, MatrixMultipleSpec) else whole, bars))
    is_scale = spec.columns_are_ordered and not isinstance(spec, MatrixMultipleSpec)
    return Grid(tuple(column.label for column in spec.columns), tuple(rows), is_scale)


def _ranks(spec: RankingSpec, counts: Mapping[str, int], answered: int) -> Ranks:
    rows = []
    for option in spec.options:
        placed = [counts.get(f"{option.code}:{place}", 0) for place in range(1, spec.places + 1)]
        people = sum(placed)
        mean = sum(place * count for place, count in enumerate(placed, start=1)) / people if people else None
        bar = _bar(option.code, option.label, placed[0], answered)
        rows.append(Rank(option.label, people, placed[0], None if mean is None else round(mean, 2), bar))
    # The questionnaire's order where two have as many first places (sorting is stable).
    return Ranks(tuple(sorted(rows, key=lambda each: -each.first)), spec.places)


def _points(spec: PointsSpec, counts: Mapping[str, int], answered: int) -> Allotted:
    people = dict.fromkeys((option.code for option in spec.options), 0)
    points = dict(people)
    for choice, count in counts.items():
        code, colon, number = choice.partition(":")
        if colon and code in points and number.isdecimal():
            people[code] += count
            points[code] += count * int(number)
    whole = sum(points.values())
    return Allotted(
        tuple(
            Pointed(
                option.label,
                people[option.code],
                points[option.code],
                round(points[option.code] / answered, 2) if answered else 0.0,
                points[option.code] / whole if whole else 0.0,
            )
            for option in spec.options
        ),
        spec.total,
    )


def _spread(spec: NumberSpec | DateSpec, counts: Mapping[str, int]) -> Spread:
    given = {value: count for value, count in counts.items() if value not in (ASKED, EVERYBODY) and count}
    whole = sum(given.values())
    classes = classes_of(spec, given)
    falling: dict[str, int] = {}
    for value, count in given.items():
        code = classes.place(value)
        falling[code] = falling.get(code, 0) + count
    bars = [_bar(code, label, falling.get(code, 0), whole) for code, label in classes.choices()]
    if not given:
        return Spread((), "", (), getattr(spec, "unit", ""))
    order: list[tuple[Any, int]]
    if isinstance(spec, DateSpec):
        order = sorted((date.fromisoformat(value), count) for value, count in given.items())
        days = tuple(spec.words(_at(order, whole, part).isoformat()) for part in _PARTS)
        return Spread(days, "", tuple(bars))
    order = sorted((Decimal(value), count) for value, count in given.items())
    mean = sum((value * count for value, count in order), Decimal(0)) / whole
    return Spread(
        tuple(f"{_at(order, whole, part):,}{spec.unit}" for part in _PARTS),
        mean=f"{plain(round(mean, spec.decimals + 1))}{spec.unit}",
        classes=tuple(bars),
        unit=spec.unit,
    )


_PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def _at(order: Sequence[tuple[Any, int]], whole: int, part: float) -> Any:
    """Return the least value that at least this part of all do not exceed (no value between is made up)."""
    wanted, seen = part * whole, 0
    for value, count in order:
        seen += count
        if seen >= wanted:
            return value
    raise AssertionError("the last value is not exceeded by anybody")  # pragma: no cover


@dataclass(frozen=True)
class Classes:
    """How numbers or days are put in classes (階級)."""

    #: Lower ends, ascending; the first holds everything below the second too where staff set the ends.
    edges: tuple[Any, ...]
    labels: tuple[str, ...]
    has_below: bool = False
    are_days: bool = False

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return (code, label) of the classes."""
        return tuple((f"b{place}", label) for place, label in enumerate(self.labels))

    def place(self, value: Any) -> str:
        """Return the code of the class that a stored answer falls into."""
        number: Any = str(value)[:10] if self.are_days else Decimal(str(value))
        return f"b{sum(edge <= number for edge in self.edges) - (0 if self.has_below else 1)}"


def classes_of(spec: NumberSpec | DateSpec, counts: Mapping[str, int]) -> Classes:
    """Return the classes that staff set, or at most ten of a round width over what was answered."""
    given = [value for value, count in counts.items() if value not in (ASKED, EVERYBODY) and count]
    if isinstance(spec, DateSpec):
        return _classes_of_days(given)
    if spec.bands:
        labels = tuple(label for _, label in spec.breakdown_choices())
        return Classes(tuple(spec.bands), labels, has_below=True)
    if not given:
        return Classes((), ())
    numbers = [Decimal(value) for value in given]
    least, most = min(numbers), max(numbers)
    step = Decimal(1).scaleb(-spec.decimals)
    width = next(
        each
        for each in _WIDTHS
        if each >= step
        and (most / each).to_integral_value(ROUND_FLOOR) - (least / each).to_integral_value(ROUND_FLOOR)
        < MOST_CLASSES
    )
    start = (least / width).to_integral_value(ROUND_FLOOR) * width
    count = int(((most + step - start) / width).to_integral_value(ROUND_CEILING))
    edges = tuple(start + width * place for place in range(max(count, 1)))
    labels = tuple(
        f"{plain(edge)}{spec.unit}"
        if width == step
        else f"{plain(edge)}〜{plain(edge + width - step)}{spec.unit}"
        for edge in edges
    )
    return Classes(edges, labels)


def _classes_of_days(given: Sequence[str]) -> Classes:
    years = sorted({int(value[:4]) for value in given})
    months = sorted({value[:7] for value in given})
    if len(months) <= 12:
        labels = tuple(f"{int(month[:4])}年{int(month[5:])}月" for month in months)
        return Classes(tuple(f"{month}-01" for month in months), labels, are_days=True)
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 1000) if (years[-1] - years[0]) // each < 12)
    first = years[0] // step * step
    starts = range(first, years[-1] + 1, step)
    labels = tuple(f"{year}年" if step == 1 else f"{year}〜{year + step - 1}年" for year in starts)
    return Classes(tuple(f"{year:04}-01-01" for year in starts), labels, are_days=True)
