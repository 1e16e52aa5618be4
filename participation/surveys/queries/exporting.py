"""Taking the answers out (回答データの書き出し): columns, what they mean, rows as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participation.foundation import clock
from participation.foundation.db import db
from participation.papers import statistics_file
from participation.papers.paper import Column, Paper, Row, Sheet
from participation.surveys.domain import KIND_NAMES, Asked
from participation.surveys.domain.columns import (
    DAY,
    NUMBER,
    ORIGIN,
    PAPER,
    VERSION,
    WEIGHT,
    DataColumn,
    Value,
    before_columns,
    columns_of,
    origin_labels,
)
from participation.surveys.models import ResponseWeight
from participation.surveys.queries.answers import TakenOut, list_export_rows
from participation.surveys.queries.crosstabs import attributes_of
from participation.surveys.queries.finding import SurveyPage, list_questions
from participation.surveys.queries.finding import asked as asked_of
from participation.surveys.queries.weighting import find_current_run

Cell = Value | float
_BATCH = 500
#: Rows between two words on how far a file is: whole batches, between which nothing is being read.
TOLD_EVERY = 5_000


@dataclass(frozen=True)
class DataFile:
    """All answers of a survey as one table, row by row; nothing in it says who answered."""

    page: SurveyPage
    attributes: tuple[str, ...]
    questions: tuple[Asked, ...]
    columns: tuple[DataColumn, ...]
    run_id: int | None
    #: Is told how many rows were read, now and then.
    tell: Callable[[int], None] | None = None

    @property
    def before(self) -> list[tuple[str, str]]:
        """Name and meaning of the columns before the questions."""
        return before_columns(self.attributes, weighted=self.run_id is not None)

    @property
    def header(self) -> list[str]:
        """The names of all columns."""
        return [name for name, _ in self.before] + [column.name for column in self.columns]

    @property
    def titles(self) -> list[str]:
        """What the columns mean, in words."""
        return [title for _, title in self.before] + [column.title for column in self.columns]

    def rows(self, *, in_words: bool = False) -> Iterator[list[Cell]]:
        """Yield the rows, oldest first; codes, or words for people."""
        origins = dict(origin_labels())
        places = [(column, column.code, column.read) for column in self.columns]
        for number, (taken, weight) in enumerate(_with_weights(self), start=1):
            day = taken.answered_at.astimezone(clock.JST).date().isoformat()
            origin = origins[taken.origin.value] if in_words else taken.origin.value
            row: list[Cell] = [number, day, origin, taken.form_version, taken.paper_number]
            row += [taken.attributes.get(name) for name in self.attributes]
            if self.run_id is not None:
                row.append(weight)
            answers = taken.answers
            for column, code, read in places:
                value = read(answers[code]) if code in answers else None
                row.append(column.words(value) if in_words else value)
            yield row
            if self.tell is not None and number % TOLD_EVERY == 0:
                self.tell(number)


def data_file(page: SurveyPage) -> DataFile:
    """Return the answers of a survey as a table: questions of every version, retired ones too."""
    survey = page.survey
    questions = {each.code: each for each in page.questions}
    for version in range(1, survey.form_version):
        for stored in list_questions(survey, version=version):
            questions.setdefault(stored.code, asked_of(stored))
    run = find_current_run(survey)
    return DataFile(
        page=page,
        attributes=tuple(sorted(attributes_of(survey))),
        questions=tuple(questions.values()),
        columns=tuple(columns_of(questions.values())),
        run_id=run.id if run else None,
    )


def _with_weights(file: DataFile) -> Iterator[tuple[TakenOut, float | None]]:
    if file.run_id is None:
        for taken in list_export_rows(file.page.survey):
            yield taken, None
        return
    batch: list[TakenOut] = []
    for taken in list_export_rows(file.page.survey, batch=_BATCH):
        batch.append(taken)
        if len(batch) == _BATCH:
            yield from _weighted(batch, file.run_id)
            batch = []
    yield from _weighted(batch, file.run_id)


def _weighted(batch: Sequence[TakenOut], run_id: int) -> Iterator[tuple[TakenOut, float | None]]:
    if not batch:
        return
    weights = {
        row[0]: row[1]
        for row in db.session.execute(
            select(ResponseWeight.response_id, ResponseWeight.weight).where(
                ResponseWeight.run_id == run_id,
                ResponseWeight.response_id >= batch[0].id,
                ResponseWeight.response_id <= batch[-1].id,
            )
        )
    }
    for taken in batch:
        weight = weights.get(taken.id)
        yield taken, None if weight is None else round(weight, 6)


DICTIONARY = ("列", "内容", "設問の種類", "値", "値の意味")


def dictionary_rows(file: DataFile) -> Iterator[list[Value]]:
    """Yield the lines of the data dictionary (データの説明): one for each column and each code in it."""
    kinds = {question.code: KIND_NAMES[question.spec.kind] for question in file.questions}
    for name, title in file.before:
        yield [name, title, "", "", ""]
        if name == ORIGIN:
            for code, label in origin_labels():
                yield [name, title, "", code, label]
    for column in file.columns:
        yield [
            column.name,
            column.title,
            kinds[column.code],
            "",
            "空欄は、答えていないか、たずねていないもの",
        ]
        for code, label in column.labels:
            yield [column.name, column.title, kinds[column.code], code, label]


def answers_paper(file: DataFile, *, in_words: bool = False, issuer: str = "", address: str = "") -> Paper:
    """Return the table as a paper of two sheets: the answers, and what the columns mean."""
    survey = file.page.survey
    header = file.titles if in_words else file.header
    return Paper(
        title="アンケートの回答",
        over=survey.title,
        issuer=issuer,
        address=address,
        name=f"アンケート回答-{survey.code or survey.public_id}",
        parts=lambda: iter(()),
        sheets=(
            Sheet(
                "回答",
                tuple(Column(title, 12) for title in header),
                lambda: (Row(tuple(row)) for row in file.rows(in_words=in_words)),
            ),
            Sheet(
                "データの説明",
                tuple(Column(title, 30 if place in (1, 4) else 14) for place, title in enumerate(DICTIONARY)),
                lambda: (Row(tuple(row)) for row in dictionary_rows(file)),
            ),
        ),
    )


def json_pieces(file: DataFile) -> Iterator[str]:
    """Yield the answers as JSON, piece by piece: the survey, the columns, then one object for each response."""
    survey = file.page.survey
    head = {
        "title": survey.title,
        "code": survey.code or survey.public_id,
        "columns": [
            {"name": name, "title": title, **({"labels": dict(origin_labels())} if name == ORIGIN else {})}
            for name, title in file.before
        ]
        + [
            {
                "name": column.name,
                "title": column.title,
                "question": column.code,
                "labels": dict(column.labels),
            }
            for column in file.columns
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "answers": [\n'
    header = file.header
    for number, row in enumerate(file.rows()):
        cells = {name: cell for name, cell in zip(header, row, strict=True) if cell is not None}
        yield (",\n" if number else "") + json.dumps(cells, ensure_ascii=False)
    yield "\n]}\n"


def statistics_variables(file: DataFile) -> list[statistics_file.Variable]:
    """Return the columns as SPSS has them: options are numbered in their order, days are days."""
    names = statistics_file.names_for(file.header)
    kinds = {
        NUMBER: "number",
        DAY: "day",
        ORIGIN: "whole",
        VERSION: "whole",
        PAPER: "words",
        WEIGHT: "number",
    }
    found = []
    for name, (plain, title) in zip(names, file.before, strict=False):
        labels = {n: label for n, (_, label) in enumerate(origin_labels(), 1)} if plain == ORIGIN else {}
        found.append(statistics_file.Variable(name, title, kinds.get(plain, "words"), labels))
    for name, column in zip(names[len(file.before) :], file.columns, strict=True):
        numbers = numbered(column)
        labels = {numbers[code]: label for code, label in column.labels}
        kind = "whole" if column.kind == "choice" else column.kind
        found.append(statistics_file.Variable(name, f"{column.code} {column.title}", kind, labels))
    return found


def statistics_rows(file: DataFile) -> Iterator[list[Cell]]:
    """Yield the rows as SPSS has them."""
    origins = {code: number for number, (code, _) in enumerate(origin_labels(), 1)}
    first = len(file.before)
    where = file.header.index(ORIGIN)
    maps = [numbered(column) if column.labels else None for column in file.columns]
    for row in file.rows():
        row[where] = origins[str(row[where])]
        for place, numbers in enumerate(maps, start=first):
            if numbers is not None and row[place] is not None:
                row[place] = numbers[str(row[place])]
        yield row


def numbered(column: DataColumn) -> dict[str, int]:
    """Return the number for each code: the code itself where all are numbers, else its place in order."""
    codes = [code for code, _ in column.labels]
    plain = [code for code in codes if code.isdecimal()]
    if len(plain) == len(codes):
        return {code: int(code) for code in codes}
    if plain:  # A scale with わからない: the steps keep their numbers.
        return {code: int(code) if code.isdecimal() else 99 for code in codes}
    return {code: place for place, code in enumerate(codes, start=1)}
