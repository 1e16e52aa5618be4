"""Reading files of answers against a survey: what they would add (回答の取り込み)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.table_files import MAX_ROWS, BadTable, TableRow, read_table
from participation.surveys.domain.answer_files import (
    BadHead,
    FileAnswer,
    FileColumn,
    FileProblem,
    LineReader,
    portions,
)
from participation.surveys.models import AnswerImport, PaperForm, Response, Survey
from participation.surveys.queries.finding import get_questionnaire

PORTION = 500
#: Problems that are kept to be read; more are counted.
MOST_PROBLEMS = 1_000


@dataclass(frozen=True)
class OpenedAnswers:
    """A file whose head was understood; its lines are read as they are asked for."""

    form: str
    columns: tuple[FileColumn, ...]
    unused: tuple[str, ...]
    portions: Iterator[list[FileAnswer | FileProblem]]


@dataclass(frozen=True)
class AnswersPreview:
    """What a file would add."""

    form: str
    columns: tuple[FileColumn, ...]
    added: int
    skipped: int
    problem_count: int
    problems: tuple[FileProblem, ...]


def open_answers(survey: Survey, content: bytes) -> OpenedAnswers:
    """Return the lines of a file in portions; raises BadTable where it cannot be read."""
    table = read_table(content, most_rows=MAX_ROWS + 1)  # The titles, and 100,000 answers.
    rows = iter(table.rows)
    head = next(rows, None)
    if head is None:
        raise BadTable("ファイルが空です。")
    versions = range(1, survey.form_version + 1)
    try:
        file = LineReader(
            {version: get_questionnaire(survey, version=version) for version in versions}, head.cells
        )
    except BadHead as wrong:
        raise BadTable(str(wrong), head.line) from wrong
    return OpenedAnswers(table.form, file.columns, file.unused, portions(_read(file, rows), PORTION))


def _read(file: LineReader, rows: Iterator[TableRow]) -> Iterator[FileAnswer | FileProblem]:
    try:
        for row in rows:
            yield FileProblem(row.line, row.wrong) if row.wrong else file.read(row.line, row.cells)
    except BadTable as wrong:  # What stands before it is taken in; what follows cannot be read.
        yield FileProblem(wrong.line, wrong.message)


def preview_answers(survey: Survey, content: bytes) -> AnswersPreview:
    """Return what a file would add, without changing anything."""
    opened = open_answers(survey, content)
    added = skipped = count = 0
    problems: list[FileProblem] = []
    for portion in opened.portions:
        answers = [each for each in portion if isinstance(each, FileAnswer)]
        known = known_keys(survey, answers)
        skipped += sum(each.key in known for each in answers)
        added += sum(each.key not in known for each in answers)
        wrong = [each for each in portion if isinstance(each, FileProblem)]
        count += len(wrong)
        problems.extend(wrong[: MOST_PROBLEMS - len(problems)])
    return AnswersPreview(opened.form, opened.columns, added, skipped, count, tuple(problems))


def known_keys(survey: Survey, answers: Sequence[FileAnswer]) -> frozenset[str]:
    """Return the keys among these under which there is an answer, or whose number was typed from paper."""
    keys = [each.key for each in answers]
    numbers = [each.paper_number for each in answers if each.paper_number]
    found = set(
        db.session.scalars(
            select(Response.respondent_key).where(
                Response.survey_id == survey.id, Response.respondent_key.in_(keys)
            )
        )
    )
    for table, column in ((Response, Response.paper_number), (PaperForm, PaperForm.number)):
        taken = db.session.scalars(select(column).where(table.survey_id == survey.id, column.in_(numbers)))
        found |= {f"paper:{number}" for number in taken}
    return frozenset(found)


def get_answer_import(survey: Survey, public_id: str) -> AnswerImport:
    """Return a file of this survey; raises NotFound."""
    kept = db.session.scalars(
        select(AnswerImport).where(AnswerImport.survey_id == survey.id, AnswerImport.public_id == public_id)
    ).one_or_none()
    if kept is None:
        raise NotFound
    return kept


def find_answer_import(import_id: int) -> tuple[AnswerImport, Survey] | None:
    """Return a file by its number, and its survey."""
    row = db.session.execute(
        select(AnswerImport, Survey)
        .join(Survey, Survey.id == AnswerImport.survey_id)
        .where(AnswerImport.id == import_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def list_answer_imports(survey: Survey) -> Sequence[AnswerImport]:
    """Return the files of a survey, the latest first."""
    return db.session.scalars(
        select(AnswerImport)
        .where(AnswerImport.survey_id == survey.id)
        .order_by(AnswerImport.id.desc())
        .limit(50)
    ).all()
