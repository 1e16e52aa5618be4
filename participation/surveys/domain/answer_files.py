"""Reading answers from a file (回答の取り込み): which column means what, and each line as a form would have sent it.

Columns are those of the export: their names ("q1", "q2-a1"), or what they mean in words. Cells hold codes or
the words of options.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from participation.foundation.text import clean, fold
from participation.surveys.domain.answers import Asked, Questionnaire, read_answers
from participation.surveys.domain.columns import (
    ATTRIBUTE,
    BEFORE,
    DAY,
    NUMBER,
    ORIGIN,
    PAPER,
    TEXT,
    VERSION,
    WEIGHT,
    DataColumn,
    columns_of,
    given_of_row,
)
from participation.surveys.domain.states import ORIGIN_NAMES, Origin

#: Other names of the columns before the questions.
_ALSO = {
    "番号": NUMBER,
    "通し番号": NUMBER,
    "回答日": DAY,
    "回答した日": DAY,
    "経路": ORIGIN,
    "届き方": ORIGIN,
    "版": VERSION,
    "整理番号": PAPER,
}
_YES, _NO = (
    frozenset({"1", "○", "◯", "〇", "はい", "true", "選んだ", "x", "レ", "✓"}),
    frozenset({"0", "false", "選ばなかった", "×"}),
)
_SEPARATORS = re.compile(r"[、,;；/／]")
_DOTTED = re.compile(r"q[0-9]{1,9}\.[a-z0-9_.]+")
LONGEST_NUMBER = 40


class AnswerImportStatus(StrEnum):
    """How far a file of answers is (回答ファイルの取り込みの進み)."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class FileProblem:
    """A line that cannot be taken in, and why; without a line, the whole file."""

    line: int | None
    message: str


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: what stands above it, and the name of what it means ("" if it is not used)."""

    title: str
    name: str = ""


@dataclass(frozen=True)
class FileAnswer:
    """One respondent of a file: the answers that count, and by what a second reading finds them again."""

    line: int
    key: str
    answers: Mapping[str, object]
    day: date | None = None
    origin: Origin = Origin.FILE
    form_version: int = 1
    paper_number: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


class BadHead(ValueError):
    """The first line of a file does not say what its columns are."""


class LineReader:
    """Reads the lines of a file, one after the other; nothing but the hashes of lines is kept in memory."""

    def __init__(self, questionnaires: Mapping[int, Questionnaire], head: Sequence[str]) -> None:
        self._questionnaires = questionnaires
        questions: dict[str, Asked] = {}
        for version in sorted(questionnaires, reverse=True):
            for question in questionnaires[version].questions:
                questions.setdefault(question.code, question)
        self._by_name = {column.name: column for column in columns_of(questions.values())}
        self._questions = questions
        latest = questionnaires[max(questionnaires)]
        self._numbers_of_questions = {number: code for code, number in latest.numbers().items()}
        self.columns = tuple(self._meaning(title) for title in head)
        names = [column.name for column in self.columns if column.name]
        twice = next((name for name, count in Counter(names).items() if count > 1), None)
        if twice is not None:
            raise BadHead(f"「{twice}」の列が2つあります。")
        if not any(name in self._by_name or name in questions for name in names):
            raise BadHead(
                "設問の列がありません。1行目に、書き出しと同じ列名（q1、q2-a1 など）か設問の文を書いてください。"
            )
        self._seen: Counter[bytes] = Counter()
        self._numbers: set[str] = set()

    @property
    def unused(self) -> tuple[str, ...]:
        """What stands above the columns that mean nothing here."""
        return tuple(column.title for column in self.columns if not column.name)

    def read(self, line: int, cells: Sequence[str]) -> FileAnswer | FileProblem:
        """Return the answer of a line, or what is wrong with it."""
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            return FileProblem(
                line, "1行目にある列より多くのセルに書かれています。区切りのコンマを確かめてください。"
            )
        row = {
            column.name: cell.strip()
            for column, cell in zip(self.columns, cells, strict=False)
            if column.name and cell.strip()
        }
        # Alike lines are different people: each is told from the one before by its place among them.
        mark = hashlib.sha256("\x1f".join(f"{n}\x1e{row[n]}" for n in sorted(row)).encode()).digest()
        self._seen[mark] += 1
        try:
            return self._answer(line, row, mark)
        except ValueError as wrong:
            return FileProblem(line, str(wrong))

    def _answer(self, line: int, row: Mapping[str, str], mark: bytes) -> FileAnswer:
        version = self._version(row.get(VERSION, ""))
        number = row.get(PAPER) or None
        if number is not None:
            if len(number) > LONGEST_NUMBER:
                raise ValueError(f"整理番号は{LONGEST_NUMBER}文字までにしてください。")
            if number in self._numbers:
                raise ValueError(f"整理番号「{number}」が、このファイルに2回あります。")
            self._numbers.add(number)
        answers = self._answers(self._questionnaires[version], row)
        nth = self._seen[mark]
        hashed = hashlib.sha256(mark + str(nth).encode()).hexdigest()
        return FileAnswer(
            line=line,
            key=f"paper:{number}" if number else f"file:{hashed}",
            answers=answers,
            day=_day(row.get(DAY, "")),
            origin=_origin(row.get(ORIGIN, "")),
            form_version=version,
            paper_number=number,
            attributes={n.removeprefix(ATTRIBUTE): v[:60] for n, v in row.items() if n.startswith(ATTRIBUTE)},
        )

    def _answers(self, questionnaire: Questionnaire, row: Mapping[str, str]) -> Mapping[str, object]:
        names = questionnaire.numbers()
        cells = {name: self._code(name, clean(cell)) for name, cell in row.items() if name in self._by_name}
        given = given_of_row(questionnaire.questions, cells)
        for name, cell in row.items():
            if name not in self._by_name and name in questionnaire.specs:
                given[name] = _codes(questionnaire.specs[name].choices(), cell)
        reading = read_answers(questionnaire, given, complete=False)
        for code, fault in reading.faults.items():
            raise ValueError(f"{names.get(code, code)}（{code}）：{fault}" if code else fault)
        if not reading.answers:
            raise ValueError("答えが1つもありません。")
        return reading.answers

    def _code(self, name: str, cell: str) -> str:
        """Return a cell as the export writes it: the code of an option, 1 or 0 for a box, or what stands there."""
        column: DataColumn = self._by_name[name]
        if name.endswith(TEXT) or column.kind != "choice":
            return cell.removesuffix("位").removesuffix("点") if column.kind == "whole" else cell
        labels = dict(column.labels)
        if set(labels) == {"1", "0"}:
            folded = fold(cell)
            if folded in _YES or cell == column.title.rpartition("：")[2]:
                return "1"
            if folded in _NO:
                return "0"
            raise ValueError(f"{name} の「{cell[:20]}」は、1（選んだ）か 0（選ばない）にしてください。")
        if cell in labels:
            return cell
        try:
            return _codes(column.labels, cell)[0]
        except ValueError as wrong:
            raise ValueError(f"{name} の{wrong}") from wrong

    def _version(self, typed: str) -> int:
        if not typed:
            return max(self._questionnaires)
        if not typed.isascii() or not typed.isdigit() or int(typed) not in self._questionnaires:
            raise ValueError(f"調査票の第{typed[:10]}版はありません。")
        return int(typed)

    def _meaning(self, title: str) -> FileColumn:
        name = title.strip().removeprefix("\ufeff")
        if name in BEFORE or name in self._by_name:
            return FileColumn(title, name)
        if name in _ALSO:
            return FileColumn(title, _ALSO[name])
        if name.startswith((ATTRIBUTE, "属性：")):
            return FileColumn(title, ATTRIBUTE + name.removeprefix(ATTRIBUTE).removeprefix("属性："))
        if name == WEIGHT or not name:
            return FileColumn(title)
        name = self._numbers_of_questions.get(name, name)
        if name in self._by_name:
            return FileColumn(title, name)
        if _DOTTED.fullmatch(name) and name.replace(".", "-") in self._by_name:
            return FileColumn(title, name.replace(".", "-"))
        if name in self._questions and self._questions[name].spec.kind == "multiple":
            return FileColumn(title, name)  # All options in one cell: 「区報、SNS」.
        wanted = fold(re.sub(r"^(問[0-9]+|q[0-9]+)[\s.．：:]*", "", name))
        for column in self._by_name.values():
            if fold(column.title) in (wanted, fold(name)):
                return FileColumn(title, column.name)
        for question in self._questions.values():
            if fold(question.text) == wanted and question.spec.kind == "multiple":
                return FileColumn(title, question.code)
        return FileColumn(title)


def portions(read: Iterable[FileAnswer | FileProblem], size: int) -> Iterator[list[FileAnswer | FileProblem]]:
    """Yield what was read in portions."""
    portion: list[FileAnswer | FileProblem] = []
    for each in read:
        portion.append(each)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def _codes(choices: Iterable[tuple[str, str]], cell: str) -> list[str]:
    """Return the codes of the options that a cell names by code or words, one or several."""
    pairs = list(choices)
    by_words = {fold(label): code for code, label in pairs} | {code: code for code, _ in pairs}
    if fold(cell) in by_words:
        return [by_words[fold(cell)]]
    found = []
    for part in _SEPARATORS.split(cell):
        words = part.strip()
        if not words:
            continue
        code = by_words.get(words) or by_words.get(fold(words))
        if code is None:
            raise ValueError(f"「{words[:30]}」という選択肢はありません。")
        found.append(code)
    return found


def _origin(typed: str) -> Origin:
    if not typed:
        return Origin.FILE
    for origin, name in ORIGIN_NAMES.items():
        if typed in (origin.value, name):
            return origin
    raise ValueError(
        f"回答の方法「{typed[:20]}」は、{'、'.join(ORIGIN_NAMES.values())}のどれかにしてください。"
    )


def _day(typed: str) -> date | None:
    if not typed:
        return None
    numbers = re.findall(r"[0-9]+", typed)
    try:
        return date(*(int(number) for number in numbers[:3]))
    except (TypeError, ValueError) as error:
        raise ValueError(f"回答した日「{typed[:20]}」は、2026-11-22 の形にしてください。") from error
