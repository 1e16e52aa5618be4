"""Questions of several parts: tables of rows and columns, an order, points to share out."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from participation.surveys.domain.questions import (
    Fault,
    Option,
    Options,
    Parts,
    Spec,
    labelled,
    one_of,
    only,
    only_parts,
    refuse_twins,
)


class MatrixSpec(Spec):
    """A table: one column for each row (表で一つずつ選ぶ). Stored: {row: column}."""

    kind: Literal["matrix"] = "matrix"
    rows: Annotated[tuple[Option, ...], Field(min_length=1, max_length=20)]
    columns: Annotated[tuple[Option, ...], Field(min_length=2, max_length=11)]
    #: Whether an answer has to have every row; else the rows answered count.
    needs_every_row: bool = False
    shuffles: bool = False
    #: Whether the columns have an order (よい…わるい), so that they are drawn as a scale.
    columns_are_ordered: bool = True

    @model_validator(mode="after")
    def _different(self) -> MatrixSpec:
        refuse_twins(self.rows)
        refuse_twins(self.columns)
        return self

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the rows."""
        return labelled(self.rows)

    def read(self, given: Parts) -> dict[str, Any] | None:
        """Take what was chosen in each row."""
        only_parts(given, (code for code, _ in self.parts()))
        value = {}
        for code, _ in self.parts():
            chosen = self._read_row(given, code)
            if chosen is not None:
                value[code] = chosen
        if not value:
            return None
        if self.needs_every_row and len(value) < len(self.rows):
            missing = next(row for row in self.rows if row.code not in value)
            raise Fault(f"すべての行に答えてください（「{missing.label}」がまだです）。", missing.code)
        return value

    def _read_row(self, given: Parts, row: str) -> Any:
        return one_of(given, labelled(self.columns), row)

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the column of each row."""
        return {row: [column] for row, column in value.items()}

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return every cell: "row:column"."""
        return tuple(
            (f"{row.code}:{column.code}", f"{row.label}：{column.label}")
            for row in self.rows
            for column in self.columns
        )

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return the cells chosen, or the columns of one row."""
        if part:
            chosen = value.get(part)
            return () if chosen is None else tuple([chosen] if isinstance(chosen, str) else chosen)
        return tuple(f"{row}:{column}" for row in value for column in self.atoms(value, row))


class MatrixMultipleSpec(MatrixSpec):
    """A table: any number of columns for each row (表でいくつでも選ぶ). Stored: {row: [columns]}."""

    kind: Literal["matrix_multiple"] = "matrix_multiple"  # type: ignore[assignment]
    columns_are_ordered: bool = False

    def _read_row(self, given: Parts, row: str) -> list[str] | None:
        sent = [code for code in given.get(row, ()) if code]
        known = [column.code for column in self.columns]
        if len(set(sent)) != len(sent) or not set(sent) <= set(known):
            raise Fault("選択肢の中から選んでください。", row)
        return [code for code in known if code in sent] or None

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the columns of each row."""
        return {row: list(columns) for row, columns in value.items()}


class RankingSpec(Spec):
    """An order of preference (順位をつける): the first `most`, or all. Stored: codes, the first first."""

    kind: Literal["ranking"] = "ranking"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=15)]
    #: How many places are given; None: a place for every option.
    most: Annotated[int, Field(ge=1, le=15)] | None = None
    #: Whether fewer places may be given than `most`.
    may_stop_early: bool = True
    shuffles: bool = False

    @model_validator(mode="after")
    def _possible(self) -> RankingSpec:
        refuse_twins(self.options)
        if self.most is not None and self.most > len(self.options):
            raise ValueError("順位の数は、選択肢の数までにしてください")
        return self

    @property
    def places(self) -> int:
        """How many places there are."""
        return self.most or len(self.options)

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the options: each is given its place."""
        return labelled(self.options)

    def read(self, given: Parts) -> list[str] | None:
        """Take the place of each option: 1, 2, 3 … each once, none left out between."""
        only_parts(given, (code for code, _ in self.parts()))
        by_place: dict[int, str] = {}
        for code, label in self.parts():
            place = _whole(only(given, code), code)
            if place is None:
                continue
            if not 1 <= place <= self.places:
                raise Fault(f"順位は1位から{self.places}位までです（「{label}」が{place}位）。", code)
            if place in by_place:
                raise Fault(f"{place}位が2つあります。順位は1つずつ付けてください。", code)
            by_place[place] = code
        if not by_place:
            return None
        if sorted(by_place) != list(range(1, len(by_place) + 1)):
            missing = next(place for place in range(1, self.places + 1) if place not in by_place)
            raise Fault(f"{missing}位がありません。1位から順に付けてください。")
        if not self.may_stop_early and len(by_place) < self.places:
            raise Fault(f"{self.places}位まで付けてください（今は{len(by_place)}位まで）。")
        return [by_place[place] for place in sorted(by_place)]

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the place of each option."""
        return {code: [str(place)] for place, code in enumerate(value, start=1)}

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return every option at every place: "option:place"."""
        return tuple(
            (f"{option.code}:{place}", f"{option.label}：{place}位")
            for option in self.options
            for place in range(1, self.places + 1)
        )

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return "option:place" of each, or the place of one option."""
        places = {code: str(place) for place, code in enumerate(value, start=1)}
        if part:
            return (places[part],) if part in places else ()
        return tuple(f"{code}:{place}" for code, place in places.items())

    def breakdown(self, value: Any) -> tuple[str, ...]:
        """Return the first choice."""
        return (value[0],)

    def breakdown_choices(self) -> tuple[tuple[str, str], ...]:
        """Return the options, as first choices."""
        return tuple((option.code, f"1位：{option.label}") for option in self.options)

    def words(self, value: Any) -> str:
        """Return the options in order."""
        labels = dict(labelled(self.options))
        return "、".join(f"{place}位 {labels[code]}" for place, code in enumerate(value, start=1))

    @property
    def is_ordered(self) -> bool:
        """Places have an order."""
        return True


class PointsSpec(Spec):
    """Points to share out (点を配る): together exactly `total`. Stored: {option: points above 0}."""

    kind: Literal["points"] = "points"
    options: Options
    total: Annotated[int, Field(ge=2, le=1000)] = 10
    shuffles: bool = False

    @model_validator(mode="after")
    def _different(self) -> PointsSpec:
        refuse_twins(self.options)
        return self

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the options: each is given its points."""
        return labelled(self.options)

    def read(self, given: Parts) -> dict[str, int] | None:
        """Take the points of each option; nothing typed is 0."""
        only_parts(given, (code for code, _ in self.parts()))
        points = {}
        for code, label in self.parts():
            number = _whole(only(given, code), code)
            if number is not None and not 0 <= number <= self.total:
                raise Fault(f"「{label}」は0点から{self.total}点までの数にしてください。", code)
            if number:
                points[code] = number
        if not points:
            return None
        spent = sum(points.values())
        if spent != self.total:
            left = self.total - spent
            what = f"あと{left}点配ってください" if left > 0 else f"{-left}点減らしてください"
            raise Fault(f"合計を{self.total}点にしてください（今は{spent}点。{what}）。")
        return points

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the points of each option."""
        return {code: [str(points)] for code, points in value.items()}

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the options; how often each number of points was given is counted as "option:points"."""
        return labelled(self.options)

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return "option:points" for each option that was given points."""
        return tuple(f"{code}:{points}" for code, points in value.items())

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return the options that were given points, or the points of one option."""
        if part:
            return (str(value.get(part, 0)),)
        return tuple(value)

    def breakdown(self, value: Any) -> tuple[str, ...]:
        """Return the options that were given points."""
        return tuple(value)

    def words(self, value: Any) -> str:
        """Return the points of each."""
        labels = dict(labelled(self.options))
        return "、".join(f"{labels[code]} {points}点" for code, points in value.items())

    @property
    def is_ordered(self) -> bool:
        """Points have an order."""
        return True


def _whole(typed: str, part: str) -> int | None:
    text = unicodedata.normalize("NFKC", typed).removesuffix("位").removesuffix("点").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Fault("数字で書いてください。", part)
    return int(text)
