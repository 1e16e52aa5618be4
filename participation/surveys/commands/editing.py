"""Making a survey: its settings, its questions, opening and closing it (アンケートの作成)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.surveys import queries
from participation.surveys.commands.counting import _keys_of, _replace_counts
from participation.surveys.domain import (
    MOST_QUESTIONS,
    QuestionDraft,
    SurveyDraft,
    SurveyStatus,
    faults_of,
)
from participation.surveys.events import SurveyClosed, SurveyPublished
from participation.surveys.models import Question, Survey, SurveySection

CHANGED_MEANWHILE = "ほかの人がこのアンケートを先に変更しました。画面を開き直して、もう一度直してください。"


def draft_survey(draft: SurveyDraft, *, by: Actor) -> Survey:
    """Begin a survey that only staff see."""
    access.require(by, "surveys.draft")
    survey = Survey(status=SurveyStatus.DRAFT, created_at=clock.now(), **_columns(draft))
    db.session.add(survey)
    db.session.flush()
    db.session.add(SurveySection(survey_id=survey.id, code="s1", position=1))
    audit.record(by, "surveys.draft", survey)
    return survey


def change_survey(survey: Survey, draft: SurveyDraft, *, by: Actor) -> None:
    """Change what a draft says about itself."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    if survey.version != draft.version:
        raise Conflict(CHANGED_MEANWHILE)
    for column, value in _columns(draft).items():
        setattr(survey, column, value)
    audit.record(by, "surveys.change", survey)


def add_question(survey: Survey, draft: QuestionDraft, *, by: Actor) -> Question:
    """Add a question at the end of a draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    questions = queries.list_questions(survey)
    if len(questions) >= MOST_QUESTIONS:
        raise Refused(f"設問は{MOST_QUESTIONS}問までです。長いアンケートは最後まで答えてもらえません。")
    number = max((int(question.code[1:]) for question in questions), default=0) + 1
    question = Question(
        survey_id=survey.id,
        section_id=queries.list_sections(survey)[-1].id,
        code=f"q{number}",
        position=max((question.position for question in questions), default=0) + 1,
        **_question_columns(draft),
    )
    db.session.add(question)
    audit.record(by, "surveys.change", survey, changes={"added": question.code})
    return question


def change_question(survey: Survey, code: str, draft: QuestionDraft, *, by: Actor) -> None:
    """Change a question of a draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    for column, value in _question_columns(draft).items():
        setattr(question, column, value)
    audit.record(by, "surveys.change", survey, changes={"changed": code})


def move_question(survey: Survey, code: str, steps: int, *, by: Actor) -> None:
    """Move a question of a draft up (negative) or down; at the edge nothing happens."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    order = list(queries.list_questions(survey))
    place = order.index(queries.get_question(survey, code))
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    for position, each in enumerate(order, start=1):
        each.position = position
    audit.record(by, "surveys.change", survey, changes={"moved": code})


def remove_question(survey: Survey, code: str, *, by: Actor) -> None:
    """Take a question out of a draft: nobody has answered it yet."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    db.session.delete(queries.get_question(survey, code))
    audit.record(by, "surveys.change", survey, changes={"removed": code})


def publish_survey(survey: Survey, *, by: Actor) -> None:
    """Let people answer from the opening on; the questions stay as they are from now on."""
    access.require(by, "surveys.publish", survey)
    _lock(survey, SurveyStatus.DRAFT)
    questionnaire = queries.get_questionnaire(survey)
    questions = [question for question in questionnaire.questions if question.spec.kind != "info"]
    if not questions:
        raise Refused("設問がありません。1問以上つくってから公開してください。")
    faults = faults_of(questionnaire)
    if faults:
        raise Refused(" ".join(faults))
    if survey.is_one_tap and (len(questions) != 1 or questions[0].spec.kind != "single"):
        raise Refused("「ひとことで答える」は、一つだけ選ぶ設問1問のときに使えます。")
    if survey.closes_at <= clock.now():
        raise Refused("締切がもう過ぎています。受付期間を直してから公開してください。")
    survey.status = SurveyStatus.OPEN
    _replace_counts(survey, dict.fromkeys(_keys_of(questions), 0))
    audit.record(by, "surveys.publish", survey)
    events.publish(SurveyPublished(survey.id))


def close_survey(survey: Survey, *, by: Actor) -> None:
    """Take no more answers from this moment; answers being sent are finished first."""
    access.require(by, "surveys.close", survey)
    _lock(survey, SurveyStatus.OPEN)
    survey.status, survey.closed_at = SurveyStatus.CLOSED, clock.now()
    audit.record(by, "surveys.close", survey)
    events.publish(SurveyClosed(survey.id))


def _columns(draft: SurveyDraft) -> dict[str, Any]:
    if draft.closes_at <= draft.opens_at:
        raise Refused("締切は、受付開始よりあとにしてください。", field="closes_on")
    return {
        "title": draft.title,
        "intro": draft.intro,
        "subject_id": draft.subject_id,
        "consultation_id": draft.consultation_id,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "audience": draft.audience,
        "results_shown": draft.results_shown,
        "is_one_tap": draft.is_one_tap,
        "code": draft.code or None,
        "layout": draft.layout,
        "leads_to_id": draft.leads_to_id,
        "series": draft.series or None,
        "wave": draft.wave,
        "easy": draft.easy,
    }


def _question_columns(draft: QuestionDraft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "help": draft.help,
        "is_required": draft.is_required,
        "spec": draft.spec.model_dump(mode="json"),
        "condition": draft.condition.model_dump(mode="json") if draft.condition is not None else None,
        "is_attribute": draft.is_attribute,
        "results_shown": draft.results_shown,
        "bank_key": draft.bank_key or None,
        "image": draft.image,
        "image_text": draft.image_text,
        "easy": draft.easy,
    }


def _lock(survey: Survey, expected: SurveyStatus) -> None:
    """Take the survey's row for this transaction and see that nobody changed its status meanwhile."""
    db.session.scalars(
        select(Survey)
        .where(Survey.id == survey.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if survey.status is not expected:
        raise Conflict(CHANGED_MEANWHILE)
