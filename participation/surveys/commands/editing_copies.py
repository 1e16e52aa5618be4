"""Surveys made from others: templates, the next wave, questions from the bank, forms from files (ひな形・写し・取り込み)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, files
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs import retention
from participation.surveys import queries
from participation.surveys.commands.editing import _columns, _lock
from participation.surveys.commands.editing_questions import _added, _draft_of, _section
from participation.surveys.commands.editing_sections import _added_section
from participation.surveys.domain import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    Asked,
    QuestionDraft,
    Questionnaire,
    Section,
    SectionDraft,
    SurveyDraft,
    SurveyStatus,
)
from participation.surveys.domain.packing import pack, unpack
from participation.surveys.models import Question, SheetUpload, Survey, SurveyTemplate


def keep_template(survey: Survey, title: str, note: str, *, by: Actor) -> SurveyTemplate:
    """Keep the questionnaire of a survey as a template; it does not change when the survey does."""
    access.require(by, "surveys.draft")
    template = SurveyTemplate(
        title=title,
        note=note,
        intro=survey.intro,
        layout=survey.layout,
        content=pack(queries.get_questionnaire(survey)),
        made_from_id=survey.id,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    db.session.add(template)
    db.session.flush()
    audit.record(by, "surveys.draft", template)
    return template


def remove_template(template: SurveyTemplate, *, by: Actor) -> None:
    """Throw a template away; surveys made from it stay."""
    access.require(by, "surveys.draft")
    audit.record(by, "surveys.draft", template, changes={"removed": template.title})
    db.session.delete(template)


def draft_from_template(template: SurveyTemplate, draft: SurveyDraft, *, by: Actor) -> Survey:
    """Begin a survey with the questions of a template."""
    access.require(by, "surveys.draft")
    survey = _begun(replace(draft, layout=template.layout))
    _fill(survey, unpack(template.content))
    audit.record(by, "surveys.draft", survey, changes={"template": template.public_id})
    return survey


def copy_survey(survey: Survey, draft: SurveyDraft, *, is_next_wave: bool, by: Actor) -> Survey:
    """Begin a survey with the questions of another; as the next wave they are known to be the same questions.

    For that the two surveys get one series, and each question a number in the bank where it has none.
    """
    access.require(by, "surveys.draft")
    if is_next_wave:
        draft = _as_wave(survey, draft)
    copied = _begun(draft)
    _fill(copied, queries.get_questionnaire(survey))
    audit.record(by, "surveys.draft", copied, changes={"copied": survey.public_id, "wave": draft.wave})
    return copied


def draft_from_form(draft: SurveyDraft, questionnaire: Questionnaire, *, by: Actor) -> Survey:
    """Begin a survey with the questions of a form that was taken in: all of it or nothing."""
    access.require(by, "surveys.draft")
    survey = _begun(draft)
    _fill(survey, questionnaire)
    audit.record(by, "surveys.draft", survey, changes={"imported": len(questionnaire.questions)})
    return survey


def take_question(survey: Survey, source: Question, *, section: str = "", by: Actor) -> Question:
    """Add a question that was asked before, word for word: both carry one number of the bank from now on."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    if source.bank_key is None:
        owner = db.session.get_one(Survey, source.survey_id)
        source.bank_key = _bank_key(owner, source)
    # Its condition looks at questions of another survey: it stays there.
    draft = replace(_draft_of(source), condition=None, bank_key=source.bank_key)
    question = _added(survey, draft, _section(survey, section))
    audit.record(by, "surveys.change", survey, changes={"added": question.code, "from": source.bank_key})
    return question


def upload_sheet(name: str, content: bytes, *, by: Actor) -> SheetUpload:
    """Keep a form that was handed in until somebody has looked at what would come of it."""
    access.require(by, "surveys.draft")
    upload = SheetUpload(
        name=name,
        file_hash=files.keep(content),
        uploaded_at=clock.now(),
        uploaded_by_id=by.person_id,
    )
    db.session.add(upload)
    db.session.flush()
    audit.record(by, "surveys.draft", upload)
    return upload


def draft_from_upload(
    upload: SheetUpload, draft: SurveyDraft, questionnaire: Questionnaire, *, by: Actor
) -> Survey:
    """Begin a survey with the questions of a form that was handed in, once."""
    access.require(by, "surveys.draft")
    if upload.survey_id is not None:
        raise Conflict("このファイルからは、もうアンケートを作っています。")
    survey = _begun(draft)
    _fill(survey, questionnaire)
    upload.survey_id = survey.id
    audit.record(by, "surveys.draft", survey, changes={"imported": len(questionnaire.questions)})
    return survey


@retention.kept_for("survey_sheet_uploads", 30, "取り込みのために選んだ調査票のファイル")
def _forget_uploads(before: datetime) -> int:
    gone = db.session.execute(
        delete(SheetUpload).where(SheetUpload.uploaded_at < before).returning(SheetUpload.file_hash)
    ).scalars()
    names = set(gone)
    kept = set(db.session.scalars(select(SheetUpload.file_hash).where(SheetUpload.file_hash.in_(names))))
    for name in names - kept:
        files.remove(name)
    return len(names)


def _begun(draft: SurveyDraft) -> Survey:
    survey = Survey(status=SurveyStatus.DRAFT, created_at=clock.now(), **_columns(draft))
    db.session.add(survey)
    db.session.flush()
    return survey


def _fill(survey: Survey, questionnaire: Questionnaire) -> None:
    """Put a questionnaire down in an empty survey: codes of sections, questions and options stay."""
    if len(questionnaire.questions) > MOST_QUESTIONS:
        raise Refused(f"設問は{MOST_QUESTIONS}問までです（{len(questionnaire.questions)}問あります）。")
    if len(questionnaire.sections) > MOST_SECTIONS:
        raise Refused(f"章は{MOST_SECTIONS}までです（{len(questionnaire.sections)}あります）。")
    for section in questionnaire.sections or (Section("s1"),):
        row = _added_section(survey, _section_draft(section), section.code)
        for question in section.questions:
            _added(survey, _question_draft(question), row, question.code)


def _section_draft(section: Section) -> SectionDraft:
    return SectionDraft(
        title=section.title,
        intro=section.intro,
        starts_page=section.starts_page,
        condition=section.condition,
        jumps=section.jumps,
        shuffles=section.shuffles,
        easy=dict(section.easy) if section.easy else None,
    )


def _question_draft(question: Asked) -> QuestionDraft:
    return QuestionDraft(
        text=question.text,
        help=question.help,
        is_required=question.is_required,
        spec=question.spec,
        condition=question.condition,
        is_attribute=question.is_attribute,
        results_shown=question.results_shown,
        bank_key=question.bank_key,
        image=question.image,
        image_text=question.image_text,
        easy=dict(question.easy) if question.easy else None,
    )


def _as_wave(survey: Survey, draft: SurveyDraft) -> SurveyDraft:
    """Give an earlier survey its series and its questions their numbers; return the draft as the next wave."""
    if survey.series is None:
        survey.series, survey.wave = survey.code or survey.public_id, 1
    for question in queries.list_questions(survey):
        if question.bank_key is None and question.spec["kind"] != "info":
            question.bank_key = _bank_key(survey, question)
    latest = max(
        (wave or 1 for wave in db.session.scalars(select(Survey.wave).where(Survey.series == survey.series))),
        default=1,
    )
    return replace(draft, series=survey.series, wave=latest + 1)


def _bank_key(survey: Survey, question: Question) -> str:
    return f"{(survey.series or survey.public_id)[:28]}-{question.code}"[:40]
