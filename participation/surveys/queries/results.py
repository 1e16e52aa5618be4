"""The figures of a survey (集計結果), from the kept counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.consultations.domain import State
from participation.foundation.db import db
from participation.surveys.domain import (
    ASKED,
    EVERYBODY,
    LEAST_SHOWN,
    ORIGIN_NAMES,
    OTHER,
    WORDS,
    Asked,
    Audience,
    ResultsShown,
)
from participation.surveys.domain.figures import Bars, Figures, figures_of
from participation.surveys.models import AnswerCount, Response, Survey
from participation.surveys.queries.finding import SurveyPage, shows

#: Questions on one page of figures.
MOST_ON_PAGE = 10


@dataclass(frozen=True)
class QuestionResult:
    """The figures of one question; `figures` is None where they are not shown, and `why` says why not."""

    question: Asked
    #: 問1; "" for information.
    name: str
    #: Who was shown the question, and who answered it.
    shown_to: int
    answered: int
    figures: Figures | None
    why: str = ""

    @property
    def silent(self) -> int:
        """Who was shown the question and did not answer (無回答)."""
        return max(0, self.shown_to - self.answered)

    @property
    def has_texts(self) -> bool:
        """Whether there may be words of people's own to read."""
        spec = self.question.spec
        return self.answered > 0 and (spec.kind in WORDS or any(part == OTHER for part, _ in spec.parts()))

    @property
    def is_too_few(self) -> bool:
        """Whether it is broken down for staff only, because few answered."""
        return self.why == TOO_FEW and self.answered > 0

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Return (choice, how many) where there is one count for each choice."""
        return (
            tuple((bar.label, bar.count) for bar in self.figures.bars)
            if isinstance(self.figures, Bars)
            else ()
        )

    @property
    def average(self) -> float | None:
        """The mean step of a scale, to one place."""
        found = self.figures.average if isinstance(self.figures, Bars) else None
        return None if found is None else round(found, 1)


TOO_FEW = "too_few"
NOT_PUBLIC = "not_public"
LATER = "later"


@dataclass(frozen=True)
class Results:
    """The figures of a survey."""

    response_count: int
    questions: tuple[QuestionResult, ...]
    #: What the people who answered are, in a sentence that stands beside every figure.
    who: str
    page: int = 1
    pages: int = 1
    question_count: int = 0

    @property
    def is_too_few(self) -> bool:
        """Whether too few people answered to break anything down."""
        return self.response_count < LEAST_SHOWN


def who_answered(survey: Survey) -> str:
    """Return the sentence on whom the figures are about."""
    if survey.audience is Audience.INVITED:
        return "区が無作為に選んだ人のうち、答えた人の集計です。答えなかった人がいるため、区民全体の割合とはずれることがあります"
    return "自分から答えた人の集計で、区民全体の割合ではありません"


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


def show_results(
    page: SurveyPage, *, for_staff: bool = False, number: int | None = None, per_page: int = MOST_ON_PAGE
) -> Results:
    """Return the figures; the public sees none of a question that fewer than ten people answered.

    With a `number` only the questions of that page (the first is 1).
    """
    counts = count_answers(page.survey)
    by_question: dict[str, dict[str, int]] = {}
    for (code, choice), count in counts.items():
        by_question.setdefault(code, {})[choice] = count
    asking = [question for question in page.questions if question.spec.kind != "info"]
    pages = max(1, -(-len(asking) // per_page))
    on_page = min(max(number or 1, 1), pages)
    wanted = asking if number is None else asking[(on_page - 1) * per_page : on_page * per_page]
    names = page.questionnaire.numbers()
    return Results(
        response_count=counts.get(("", EVERYBODY), 0),
        questions=tuple(
            _result(
                page, question, names[question.code], by_question.get(question.code, {}), for_staff=for_staff
            )
            for question in wanted
        ),
        who=who_answered(page.survey),
        page=on_page,
        pages=pages if number is not None else 1,
        question_count=len(asking),
    )


def is_public(page: SurveyPage, question: Asked) -> bool:
    """Return whether everybody may see the figures of a question now."""
    if page.survey.results_shown is ResultsShown.NEVER and question.results_shown is None:
        return False
    return shows(question.results_shown or page.survey.results_shown, page.state)


def _result(
    page: SurveyPage, question: Asked, name: str, counts: Mapping[str, int], *, for_staff: bool
) -> QuestionResult:
    answered = counts.get(EVERYBODY, 0)
    why = ""
    if not for_staff and not is_public(page, question):
        waits = (question.results_shown or page.survey.results_shown) is ResultsShown.AFTER_CLOSING
        why = LATER if waits and page.state is not State.CLOSED else NOT_PUBLIC
    elif not for_staff and answered < LEAST_SHOWN:
        why = TOO_FEW
    return QuestionResult(
        question=question,
        name=name,
        shown_to=max(counts.get(ASKED, 0), answered) if why not in (LATER, NOT_PUBLIC) else 0,
        answered=answered if why not in (LATER, NOT_PUBLIC) else 0,
        figures=None if why else figures_of(question.spec, counts),
        why=why,
    )


def count_origins(survey: Survey) -> list[tuple[str, int]]:
    """Return (way by which answers came, how many), the ways that occur."""
    found: dict[str, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Response.origin, func.count())
            .where(Response.survey_id == survey.id)
            .group_by(Response.origin)
        )
    }
    return [(name, found[origin]) for origin, name in ORIGIN_NAMES.items() if origin in found]
