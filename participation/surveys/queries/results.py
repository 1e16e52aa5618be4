"""The figures of a survey (集計結果)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from participation.foundation.db import db
from participation.surveys.domain import (
    EVERYBODY,
    LEAST_SHOWN,
    Asked,
)
from participation.surveys.models import AnswerCount, Survey
from participation.surveys.queries.finding import SurveyPage


@dataclass(frozen=True)
class QuestionResult:
    """The figures of one question; `rows` is empty where too few answered, and for free text."""

    question: Asked
    answered: int
    rows: tuple[tuple[str, int], ...]
    is_too_few: bool
    average: float | None = None


@dataclass(frozen=True)
class Results:
    """The figures of a survey."""

    response_count: int
    questions: tuple[QuestionResult, ...]

    @property
    def is_too_few(self) -> bool:
        """Whether too few people answered to break anything down."""
        return self.response_count < LEAST_SHOWN


def count_answers(survey: Survey) -> dict[tuple[str, str], int]:
    """Return (question code, choice) → how many, from the kept counts."""
    return {
        (code, choice): count
        for code, choice, count in db.session.execute(
            select(AnswerCount.question_code, AnswerCount.choice, AnswerCount.count).where(
                AnswerCount.survey_id == survey.id
            )
        )
    }


def show_results(page: SurveyPage, *, for_staff: bool = False) -> Results:
    """Return the figures; the public sees none of a question that fewer than ten people answered."""
    counts = count_answers(page.survey)
    return Results(
        response_count=counts.get(("", EVERYBODY), 0),
        questions=tuple(_result(question, counts, for_staff=for_staff) for question in page.questions),
    )


def _result(question: Asked, counts: Mapping[tuple[str, str], int], *, for_staff: bool) -> QuestionResult:
    answered = counts.get((question.code, EVERYBODY), 0)
    too_few = answered < LEAST_SHOWN and not for_staff
    rows = tuple((label, counts.get((question.code, code), 0)) for code, label in question.spec.choices())
    average = None
    if question.spec.kind == "scale" and answered and not too_few:
        steps = ((int(code), counts.get((question.code, code), 0)) for code, _ in question.spec.choices())
        average = round(sum(step * count for step, count in steps) / answered, 1)
    return QuestionResult(
        question, answered, () if too_few else rows, is_too_few=too_few and answered > 0, average=average
    )
