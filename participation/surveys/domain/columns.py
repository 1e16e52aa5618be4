"""The columns of a file of answers (回答データの列): the same for taking out and for reading in.

Names: "q1" where a question has one column; "q2-a1" for each option of いくつでも選ぶ (1 chosen, 0 not), for each
row of a table, for each option that is ranked (its place) or given points; "q5-r1-c2" for each cell of a table with
any number of columns; "q1:text" for the words of その他. A cell holds the code of an option, a number, a day as
2026-11-22, or words; nothing where the question was not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from participation.surveys.domain.answers import Asked
from participation.surveys.domain.questions import OTHER
from participation.surveys.domain.states import ORIGIN_NAMES

Value = str | int | None
#: Ends the name of the column for the words of その他.
TEXT = ":text"
CHOSEN = (("1", "選んだ"), ("0", "選ばなかった"))
#: What stands before the questions in every file.
NUMBER, DAY, ORIGIN, VERSION, PAPER = "number", "answered_on", "origin", "form_version", "paper_number"
WEIGHT = "weight"
ATTRIBUTE = "attribute:"
BEFORE = {
    NUMBER: "通し番号",
    DAY: "回答した日",
    ORIGIN: "回答の方法",
    VERSION: "調査票の版",
    PAPER: "紙の整理番号",
}


@dataclass(frozen=True)
class DataColumn:
    """One column: its name in files, what it means, how a stored answer is read into it."""

    name: str
    title: str
    read: Callable[[Any], Value]
    #: "choice", "whole", "number", "day" or "words".
    kind: str
    #: The question it comes from; "" for what stands before the questions.
    code: str = ""
    #: What the codes in it stand for.
    labels: tuple[tuple[str, str], ...] = ()

    def words(self, value: Value) -> Value:
        """Return the cell as a person reads it."""
        return dict(self.labels).get(str(value), value) if self.labels and value is not None else value


def columns_of(questions: Iterable[Asked]) -> list[DataColumn]:
    """Return the columns of these questions, in order."""
    return [column for question in questions for column in _of(question)]


def _of(question: Asked) -> list[DataColumn]:
    spec, code, title = question.spec, question.code, question.text
    kind = spec.kind
    if kind == "info":
        return []
    found: list[DataColumn] = []
    if kind == "multiple":
        found = [
            DataColumn(
                f"{code}-{option}", f"{title}：{label}", partial(_is_in, spec, option), "choice", code, CHOSEN
            )
            for option, label in spec.choices()
        ]
    elif kind == "matrix":
        columns = tuple((each.code, each.label) for each in spec.columns)  # type: ignore[union-attr]
        found = [
            DataColumn(f"{code}-{row}", f"{title}：{label}", partial(_part, row), "choice", code, columns)
            for row, label in spec.parts()
        ]
    elif kind == "matrix_multiple":
        found = [
            DataColumn(
                f"{code}-{row}-{column.code}",
                f"{title}：{label}：{column.label}",
                partial(_cell, row, column.code),
                "choice",
                code,
                CHOSEN,
            )
            for row, label in spec.parts()
            for column in spec.columns  # type: ignore[union-attr]
        ]
    elif kind == "ranking":
        found = [
            DataColumn(f"{code}-{option}", f"{title}：{label}の順位", partial(_rank, option), "whole", code)
            for option, label in spec.parts()
        ]
    elif kind == "points":
        found = [
            DataColumn(f"{code}-{option}", f"{title}：{label}の点", partial(_points, option), "whole", code)
            for option, label in spec.parts()
        ]
    elif spec.choices():
        found = [DataColumn(code, title, partial(_choice, spec), "choice", code, spec.choices())]
    else:
        kinds = {"number": "number", "date": "day", "file": "choice"}
        read = _is_there if kind == "file" else _itself
        labels = (("1", "ファイルあり"),) if kind == "file" else ()
        found = [DataColumn(code, title, read, kinds.get(kind, "words"), code, labels)]
    if kind in ("single", "dropdown", "multiple") and getattr(spec, OTHER):
        found.append(DataColumn(code + TEXT, f"{title}：その他の内容", partial(_other, spec), "words", code))
    return found


def _is_in(spec: Any, option: str, value: Any) -> int:
    return int(option in spec.atoms(value))


def _part(row: str, value: Any) -> Value:
    found: Value = value.get(row)
    return found


def _cell(row: str, column: str, value: Any) -> Value:
    return int(column in value[row]) if row in value else None


def _rank(option: str, value: Any) -> Value:
    return value.index(option) + 1 if option in value else None


def _points(option: str, value: Any) -> int:
    return int(value.get(option, 0))


def _choice(spec: Any, value: Any) -> Value:
    found: str = spec.atoms(value)[0]
    return found


def _itself(value: Any) -> Value:
    return str(value)


def _other(spec: Any, value: Any) -> Value:
    return spec.free_text(value) or None


def _is_there(_value: Any) -> int:
    return 1


def before_columns(attributes: Sequence[str], *, weighted: bool) -> list[tuple[str, str]]:
    """Return (name, meaning) of the columns before the questions."""
    found = [*BEFORE.items(), *((ATTRIBUTE + name, f"属性：{name}") for name in attributes)]
    return [*found, (WEIGHT, "重み（平均1）")] if weighted else found


def origin_labels() -> tuple[tuple[str, str], ...]:
    """Return what the codes of the ways of answering stand for."""
    return tuple((origin.value, name) for origin, name in ORIGIN_NAMES.items())


def given_of_row(questions: Iterable[Asked], row: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what a form would have sent for a line of a file: the opposite of taking out.

    Columns that the file lacks, and empty cells, are unanswered. What stands in a cell is not judged here:
    `read_answers` does that, as for every form.
    """
    given: dict[str, list[str]] = {}
    for question in questions:
        code, kind = question.code, question.spec.kind
        cells = {column.name: row.get(column.name, "").strip() for column in _of(question)}
        if kind == "multiple":
            chosen = [o for o, _ in question.spec.choices() if cells.get(f"{code}-{o}", "") not in ("", "0")]
            if chosen:
                given[code] = chosen
        elif kind == "matrix_multiple":
            for part, _ in question.spec.parts():
                chosen = [
                    column.code
                    for column in question.spec.columns  # type: ignore[union-attr]
                    if cells.get(f"{code}-{part}-{column.code}", "") not in ("", "0")
                ]
                if chosen:
                    given[f"{code}-{part}"] = chosen
        elif kind in ("matrix", "ranking", "points"):
            for part, _ in question.spec.parts():
                if cells.get(f"{code}-{part}"):
                    given[f"{code}-{part}"] = [cells[f"{code}-{part}"]]
        elif kind not in ("info", "file") and cells.get(code):
            given[code] = [cells[code]]
        if cells.get(code + TEXT):
            given[f"{code}-{OTHER}"] = [cells[code + TEXT]]
    return given
