"""Decision numbers (起案番号・決裁番号) read from a table that somebody brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from participation.foundation.text import fold
from participation.i18n.written_dates import read_day

MAX_DECISION_NUMBER = 60
#: Names by which the columns of a file are known.
NUMBER_COLUMNS = {
    "point": ("論点番号", "論点", "No.", "No", "番号"),
    "decision": ("決裁番号", "文書番号"),
    "decided_on": ("決裁日", "決裁年月日"),
}
MOST_NUMBERS = 500


@dataclass(frozen=True)
class DecisionNumber:
    """決裁番号 and 決裁日 of one point, as a line of a file says them."""

    line: int
    point: int
    number: str
    decided_on: date


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with a line of a file; line 0: with the file."""

    line: int
    message: str


def read_decision_numbers(
    rows: Iterable[tuple[int, Sequence[str]]],
) -> tuple[list[DecisionNumber], list[LineProblem]]:
    """Read lines of (論点番号, 決裁番号, 決裁日), the first of which names the columns."""
    found: list[DecisionNumber] = []
    problems: list[LineProblem] = []
    places: dict[str, int] | None = None
    seen: dict[int, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            places = _number_places(cells)
            if len(places) < len(NUMBER_COLUMNS):
                return [], [LineProblem(line, "「論点番号」「決裁番号」「決裁日」の列名が要ります。")]
            continue
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        problem, read = _decision_number(line, said)
        if read is None:
            problems.append(LineProblem(line, problem))
        elif read.point in seen:
            problems.append(LineProblem(line, f"No.{read.point}は{seen[read.point]}行目にもあります。"))
        elif len(found) >= MOST_NUMBERS:
            return found, [*problems, LineProblem(line, f"一度に取り込めるのは{MOST_NUMBERS}行までです。")]
        else:
            seen[read.point] = line
            found.append(read)
    if places is None:
        problems.append(LineProblem(0, "ファイルに何も書かれていません。"))
    return found, problems


def _number_places(cells: Sequence[str]) -> dict[str, int]:
    names = {fold(name): column for column, known in NUMBER_COLUMNS.items() for name in known}
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        column = names.get(fold(cell.strip()))
        if column is not None:
            places.setdefault(column, at)
    return places


def _decision_number(line: int, said: dict[str, str]) -> tuple[str, DecisionNumber | None]:
    digits = fold(said["point"]).removeprefix("no").lstrip(". ")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 10**6):
        return f"論点番号「{said['point'][:20]}」が数ではありません。", None
    if not said["decision"]:
        return "決裁番号がありません。", None
    if len(said["decision"]) > MAX_DECISION_NUMBER:
        return f"決裁番号は{MAX_DECISION_NUMBER}文字以内にしてください。", None
    day = read_day(said["decided_on"])
    if day is None:
        return (
            f"決裁日「{said['decided_on'][:20]}」が読めません。「2026-11-22」のように書いてください。",
            None,
        )
    return "", DecisionNumber(line, int(digits), said["decision"], day)
