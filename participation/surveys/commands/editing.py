"""Making a survey: its settings, its questions, opening it (アンケートの作成)."""

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
from participation.surveys.domain import SurveyDraft, SurveyStatus, faults_of
from participation.surveys.events import SurveyPublished
from participation.surveys.models import Survey, SurveySection

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
    for column, value in _columns(draft, survey).items():
        setattr(survey, column, value)
    audit.record(by, "surveys.change", survey)


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


def _columns(draft: SurveyDraft, survey: Survey | None = None) -> dict[str, Any]:
    if draft.code and queries.is_code_taken(draft.code, but=survey):
        raise Refused("このアドレス名は、ほかのアンケートが使っています。", field="code")
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
