"""Forms on paper: how far each is, what was typed, what differs (紙の回答)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.people.models import Person
from participation.surveys.domain import Asked, Questionnaire
from participation.surveys.domain.paper_entry import (
    DECISION_NAMES,
    PaperDecision,
    PaperStatus,
    differing,
    read_typed,
)
from participation.surveys.models import PaperForm, PaperScan, PaperSettings, Response, Survey

FORMS_ON_A_PAGE = 100
USE_OF_ANSWERS = "お答えは、統計としてまとめ、区の施策を考えるためだけに使います。だれがどう答えたかを調べたり、公表したりすることはありません。"


@dataclass(frozen=True)
class PaperSays:
    """The settings of a survey's paper, or the usual ones."""

    return_to: str
    contact: str
    use_of_answers: str
    entry_check: str
    sample_percent: int
    counts_late: bool
    version: int
    is_public: bool = False


@dataclass(frozen=True)
class Difference:
    """A question for which two entries say something else."""

    question: Asked
    first: str
    second: str
    first_decision: str
    second_decision: str


@dataclass(frozen=True)
class TypedAnswer:
    """A question of a form as it was typed, what it counts as, and a decision about it."""

    question: Asked
    typed: str
    counted: str
    decision: str
    breach: str


def find_paper_settings(survey: Survey) -> PaperSettings | None:
    """Return what staff set for the paper, or None."""
    return db.session.scalars(select(PaperSettings).where(PaperSettings.survey_id == survey.id)).one_or_none()


def show_paper_settings(survey: Survey) -> PaperSays:
    """Return what holds for the paper of a survey."""
    return paper_says(find_paper_settings(survey))


def paper_says(kept: PaperSettings | None) -> PaperSays:
    """Return what holds by these settings, or without any."""
    if kept is None:
        return PaperSays("", "", USE_OF_ANSWERS, "all", 10, counts_late=True, version=0)
    return PaperSays(
        kept.return_to,
        kept.contact,
        kept.use_of_answers,
        kept.entry_check.value,
        kept.sample_percent,
        kept.counts_late,
        kept.version,
        kept.is_public,
    )


def get_paper_form(survey: Survey, public_id: str) -> PaperForm:
    """Return a form of this survey; raises NotFound."""
    form = db.session.scalars(
        select(PaperForm).where(PaperForm.survey_id == survey.id, PaperForm.public_id == public_id)
    ).one_or_none()
    if form is None:
        raise NotFound
    return form


def find_paper_number(survey: Survey, number: str) -> bool:
    """Return whether a form or an imported answer has this number."""
    typed = select(PaperForm.id).where(PaperForm.survey_id == survey.id, PaperForm.number == number)
    taken = select(Response.id).where(Response.survey_id == survey.id, Response.paper_number == number)
    return db.session.scalar(select(typed.exists() | taken.exists())) or False


def count_paper_forms(survey: Survey) -> dict[PaperStatus, int]:
    """Return how many forms stand where."""
    rows = db.session.execute(
        select(PaperForm.status, func.count())
        .where(PaperForm.survey_id == survey.id)
        .group_by(PaperForm.status)
    )
    return {row[0]: row[1] for row in rows}


def list_paper_forms(
    survey: Survey, status: PaperStatus | None = None, *, after: int = 0, limit: int = FORMS_ON_A_PAGE
) -> Sequence[PaperForm]:
    """Return forms in the order in which they were entered."""
    wanted = select(PaperForm).where(PaperForm.survey_id == survey.id, PaperForm.id > after)
    if status is not None:
        wanted = wanted.where(PaperForm.status == status)
    return db.session.scalars(wanted.order_by(PaperForm.id).limit(limit)).all()


def find_next_to_check(survey: Survey, person_id: int | None, *, after: int = 0) -> PaperForm | None:
    """Return the next form that waits for a second entry by this person."""
    return db.session.scalars(
        select(PaperForm)
        .where(
            PaperForm.survey_id == survey.id,
            PaperForm.status == PaperStatus.WAITING,
            PaperForm.first_by_id.is_distinct_from(person_id),
            PaperForm.id > after,
        )
        .order_by(PaperForm.id)
        .limit(1)
    ).one_or_none()


def show_differences(questionnaire: Questionnaire, form: PaperForm) -> list[Difference]:
    """Return what two entries of a form say otherwise, question by question."""
    if form.second is None:
        return []
    one, two = form.first, form.second
    codes = {each.code for each in differing(questionnaire, one["typed"], two["typed"])}
    codes |= {
        code
        for code in one["decisions"].keys() | two["decisions"].keys()
        if one["decisions"].get(code) != two["decisions"].get(code)
    }
    return [
        Difference(
            question,
            one["typed"].get(question.code, ""),
            two["typed"].get(question.code, ""),
            _decision(one["decisions"].get(question.code)),
            _decision(two["decisions"].get(question.code)),
        )
        for question in questionnaire.questions
        if question.code in codes
    ]


def show_typed(questionnaire: Questionnaire, form: PaperForm) -> list[TypedAnswer]:
    """Return what holds of a form, question by question."""
    entry = form.settled or form.first
    decisions = {code: PaperDecision(each) for code, each in entry["decisions"].items()}
    reading = read_typed(questionnaire, entry["typed"], decisions)
    return [
        TypedAnswer(
            question,
            entry["typed"].get(question.code, ""),
            question.spec.words(reading.answers[question.code]) if question.code in reading.answers else "",
            _decision(entry["decisions"].get(question.code)),
            reading.breaches.get(question.code, ""),
        )
        for question in questionnaire.questions
        if question.spec.kind != "info"
    ]


def list_paper_scans(form: PaperForm) -> Sequence[PaperScan]:
    """Return the scans of a form."""
    return db.session.scalars(
        select(PaperScan).where(PaperScan.form_id == form.id).order_by(PaperScan.id)
    ).all()


def get_paper_scan(form: PaperForm, public_id: str) -> PaperScan:
    """Return a scan of this form; raises NotFound."""
    scan = db.session.scalars(
        select(PaperScan).where(PaperScan.form_id == form.id, PaperScan.public_id == public_id)
    ).one_or_none()
    if scan is None:
        raise NotFound
    return scan


def names_of(person_ids: Sequence[int | None]) -> dict[int, str]:
    """Return the names of staff who typed."""
    rows = db.session.execute(select(Person.id, Person.nickname).where(Person.id.in_({*person_ids} - {None})))
    return {row[0]: row[1] for row in rows}


def _decision(value: str | None) -> str:
    return DECISION_NAMES[PaperDecision(value)] if value else ""
