"""Answers as open data: what would be given out, what was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.people.models import Person
from participation.surveys.domain import WORDS, Asked, DateSpec, NumberSpec
from participation.surveys.domain.columns import ATTRIBUTE, TEXT, DataColumn, columns_of
from participation.surveys.domain.figures import Classes, classes_of
from participation.surveys.domain.releases import ReleaseStatus
from participation.surveys.models import Answer, Question, Response, Survey, SurveyRelease, SurveyReleasePart
from participation.surveys.queries.answers import list_export_rows
from participation.surveys.queries.crosstabs import attributes_of
from participation.surveys.queries.finding import SurveyPage
from participation.surveys.queries.results import count_answers, is_public


@dataclass(frozen=True)
class OpenColumn:
    """A column of open data: its name, what it means, the codes in it; `is_attribute` may be left empty."""

    name: str
    title: str
    labels: dict[str, str]
    is_attribute: bool


@dataclass(frozen=True)
class ReleaseRow:
    """A release in the list of releases."""

    public_id: str
    status: ReleaseStatus
    line_count: int
    hidden_count: int
    column_count: int
    note: str
    sha256: str
    prepared_at: datetime
    prepared_by: str
    prepared_by_id: int | None
    decided_at: datetime | None
    decided_by: str


def list_releasable(page: SurveyPage) -> list[Asked]:
    """Return the questions that may be given out: those whose figures are public, no files."""
    return [
        each for each in page.questions if each.spec.kind not in ("info", "file") and is_public(page, each)
    ]


def open_lines(page: SurveyPage, codes: Sequence[str]) -> tuple[list[OpenColumn], list[list[str]]]:
    """Return the columns and lines of open data with these questions, in the order of answering."""
    questions = [each for each in list_releasable(page) if each.code in codes]
    names = sorted(attributes_of(page.survey))
    counts = count_answers(page.survey)
    readers = [
        (column, *_classes(column, questions, counts))
        for column in columns_of(questions)
        if not column.name.endswith(TEXT)
    ]
    columns = [OpenColumn(ATTRIBUTE + name, f"属性：{name}", {}, True) for name in names]
    attribute_codes = {each.code for each in questions if each.is_attribute}
    columns += [
        OpenColumn(column.name, column.title, labels, column.code in attribute_codes)
        for column, _, labels in readers
    ]
    texts = _shown_texts(page.survey, [each.code for each in questions if each.spec.kind in WORDS])
    lines = []
    for taken in list_export_rows(page.survey):
        line = [str(taken.attributes.get(name, "")) for name in names]
        for column, classes, _ in readers:
            value = taken.answers.get(column.code)
            if value is None:
                line.append("")
            elif column.kind == "words":
                line.append(texts.get((taken.id, column.code), ""))
            elif classes is not None:
                line.append(classes.place(value))
            else:
                cell = column.read(value)
                line.append("" if cell is None else str(cell))
        lines.append(line)
    return columns, lines


def _classes(
    column: DataColumn, questions: Sequence[Asked], counts: Mapping[tuple[str, str], int]
) -> tuple[Classes | None, dict[str, str]]:
    """Return the classes in which a column is given out (None: as it is), and what its codes stand for."""
    spec = next(each.spec for each in questions if each.code == column.code)
    if not isinstance(spec, NumberSpec | DateSpec):
        return None, dict(column.labels)
    own = {choice: count for (code, choice), count in counts.items() if code == column.code}
    classes = classes_of(spec, own)
    return classes, dict(classes.choices())


def _shown_texts(survey: Survey, codes: Sequence[str]) -> dict[tuple[int, str], str]:
    """Return the texts that were read by staff and are shown to everybody, as they are shown."""
    if not codes:
        return {}
    rows = db.session.execute(
        select(Answer.response_id, Question.code, Contribution.body)
        .join(Response, Response.id == Answer.response_id)
        .join(Question, Question.id == Answer.question_id)
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .where(
            Response.survey_id == survey.id,
            Question.code.in_(codes),
            Contribution.visibility == Visibility.PUBLISHED,
        )
    )
    return {(response_id, code): body for response_id, code, body in rows}


def list_releases(survey: Survey) -> list[ReleaseRow]:
    """Return the releases of a survey, the newest first."""
    maker, decider = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(SurveyRelease, maker.nickname, decider.nickname)
        .outerjoin(maker, maker.id == SurveyRelease.prepared_by_id)
        .outerjoin(decider, decider.id == SurveyRelease.decided_by_id)
        .where(SurveyRelease.survey_id == survey.id)
        .order_by(SurveyRelease.id.desc())
        .limit(20)
    )
    return [
        ReleaseRow(
            release.public_id,
            release.status,
            release.line_count,
            release.hidden_count,
            len(release.columns),
            release.note,
            release.sha256,
            release.prepared_at,
            by or "システム",
            release.prepared_by_id,
            release.decided_at,
            decided or "",
        )
        for release, by, decided in rows
    ]


def get_release(survey: Survey, public_id: str) -> SurveyRelease:
    """Return a release of this survey; raises NotFound."""
    release = db.session.scalars(
        select(SurveyRelease).where(
            SurveyRelease.survey_id == survey.id, SurveyRelease.public_id == public_id
        )
    ).one_or_none()
    if release is None:
        raise NotFound
    return release


def find_published_release(survey: Survey) -> SurveyRelease | None:
    """Return the release that everybody may take, or None."""
    return db.session.scalars(
        select(SurveyRelease)
        .where(SurveyRelease.survey_id == survey.id, SurveyRelease.status == ReleaseStatus.PUBLISHED)
        .order_by(SurveyRelease.id.desc())
        .limit(1)
    ).one_or_none()


def list_release_text(release_id: int) -> Iterator[str]:
    """Yield the text of a release's file, part by part."""
    number = 0
    while True:
        text = db.session.scalar(
            select(SurveyReleasePart.text).where(
                SurveyReleasePart.release_id == release_id, SurveyReleasePart.number == number
            )
        )
        if text is None:
            return
        yield text
        number += 1
