"""The same question in other surveys of the series, and in what other wards published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation.consultations.domain import state_at
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.surveys.domain import EVERYBODY, LEAST_SHOWN, Asked, Audience, ResultsShown, SurveyStatus
from participation.surveys.domain.comparison import Asking, read_figures
from participation.surveys.domain.figures import Bars, figures_of
from participation.surveys.models import AnswerCount, ImportedFigures, Question, Survey
from participation.surveys.queries.finding import SurveyPage, shows
from participation.surveys.queries.finding import asked as asked_of

#: Waves and files that stand side by side at most.
MOST_COMPARED = 12
#: Kinds whose choices can be set side by side.
COMPARED = frozenset({"single", "multiple", "dropdown", "yes_no", "scale", "place"})


@dataclass(frozen=True)
class FiguresRow:
    """A file of another ward's figures in the list."""

    public_id: str
    source: str
    imported_at: datetime


def list_comparable(page: SurveyPage) -> list[Asked]:
    """Return the questions that can be compared."""
    return [question for question in page.questions if question.spec.kind in COMPARED]


def key_of(question: Asked) -> str:
    """Return by what a question is found in other surveys: its number in the bank, else its code."""
    return question.bank_key or question.code


def list_askings(page: SurveyPage, question: Asked, *, issuer: str, for_public: bool = False) -> list[Asking]:
    """Return the askings of a question: this survey's, the other waves' (the latest first), other wards'.

    For the public only those whose figures are public where they were asked, of ten people at least.
    """
    survey = page.survey
    others: Sequence[tuple[Survey, Question]] = ()
    if survey.series:
        same = Question.bank_key == question.bank_key if question.bank_key else Question.code == question.code
        others = [
            (wave, stored)
            for wave, stored in db.session.execute(
                select(Survey, Question)
                .join(Question, Question.survey_id == Survey.id)
                .where(
                    Survey.series == survey.series,
                    Survey.id != survey.id,
                    Survey.status != SurveyStatus.DRAFT,
                    Question.last_version.is_(None),
                    same,
                )
                .order_by(Survey.closes_at.desc(), Survey.id.desc())
                .limit(MOST_COMPARED)
            )
        ]
    found = [(survey, question), *((wave, asked_of(stored)) for wave, stored in others)]
    counts = _counts([(each.id, asked.code) for each, asked in found])
    askings = []
    for each, asked in found:
        asking = _asking(each, asked, counts.get((each.id, asked.code), {}), issuer)
        if asking is not None and (not for_public or _is_public(each, asked, asking)):
            askings.append(asking)
    for figures in db.session.scalars(
        select(ImportedFigures).order_by(ImportedFigures.id.desc()).limit(MOST_COMPARED)
    ):
        askings += [each for each in read_figures(figures.content) if each.key == key_of(question)]
    return askings


def _is_public(survey: Survey, question: Asked, asking: Asking) -> bool:
    if survey.results_shown is ResultsShown.NEVER and question.results_shown is None:
        return False
    state = state_at(survey.status, survey.opens_at, survey.closes_at, clock.now())
    return asking.answered >= LEAST_SHOWN and shows(question.results_shown or survey.results_shown, state)


def _counts(wanted: Sequence[tuple[int, str]]) -> dict[tuple[int, str], dict[str, int]]:
    found: dict[tuple[int, str], dict[str, int]] = {}
    rows = db.session.execute(
        select(AnswerCount.survey_id, AnswerCount.question_code, AnswerCount.choice, AnswerCount.count).where(
            AnswerCount.survey_id.in_([survey_id for survey_id, _ in wanted]),
            AnswerCount.question_code.in_([code for _, code in wanted]),
        )
    )
    for survey_id, code, choice, count in rows:
        found.setdefault((survey_id, code), {})[choice] = count
    return found


def _asking(survey: Survey, question: Asked, counts: dict[str, int], issuer: str) -> Asking | None:
    figures = figures_of(question.spec, counts)
    if not isinstance(figures, Bars):
        return None
    wave = f"第{survey.wave}回 " if survey.wave else ""
    return Asking(
        source=f"{issuer}「{wave}{survey.title}」",
        when=survey.closes_at.astimezone(clock.JST).date().isoformat(),
        key=key_of(question),
        text=question.text,
        is_random_sample=survey.audience is Audience.INVITED,
        answered=counts.get(EVERYBODY, 0),
        choices={bar.label: bar.count for bar in figures.bars},
    )


def list_figures() -> list[FiguresRow]:
    """Return the files of other wards' figures, the newest first."""
    rows = db.session.execute(
        select(ImportedFigures.public_id, ImportedFigures.source, ImportedFigures.imported_at)
        .order_by(ImportedFigures.id.desc())
        .limit(MOST_COMPARED)
    )
    return [FiguresRow(*row) for row in rows]


def get_figures(public_id: str) -> ImportedFigures:
    """Return a file of figures; raises NotFound."""
    found = db.session.scalars(
        select(ImportedFigures).where(ImportedFigures.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
