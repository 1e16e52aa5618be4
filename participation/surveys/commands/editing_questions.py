"""The questions of a draft: adding, changing, moving, copying, taking out (設問の作成)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.surveys import queries
from participation.surveys.commands.editing import CHANGED_MEANWHILE, _lock
from participation.surveys.domain import MOST_QUESTIONS, QuestionDraft, SurveyStatus
from participation.surveys.domain.packing import codes_mentioned
from participation.surveys.models import Question, Survey, SurveySection


def add_question(survey: Survey, draft: QuestionDraft, *, section: str = "", by: Actor) -> Question:
    """Add a question at the end of a section of a draft, by default of the last one."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = _added(survey, draft, _section(survey, section))
    audit.record(by, "surveys.change", survey, changes={"added": question.code})
    return question


def change_question(survey: Survey, code: str, draft: QuestionDraft, *, seen: str = "", by: Actor) -> None:
    """Change a question of a draft; `seen` is the stamp of what the editor saw, "" if nobody looked."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    _refuse_stale(seen, queries.stamp_of_question(question))
    for column, value in _question_columns(draft).items():
        setattr(question, column, value)
    audit.record(by, "surveys.change", survey, changes={"changed": code})


def move_question(survey: Survey, code: str, steps: int, *, by: Actor) -> None:
    """Move a question of a draft up (negative) or down; at the edge of its section into the next one.

    At the very beginning and the very end nothing happens.
    """
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    for _ in range(abs(steps)):
        _move_once(survey, question, 1 if steps > 0 else -1)
    audit.record(by, "surveys.change", survey, changes={"moved": code})


def put_question(survey: Survey, code: str, section: str, after: str, *, by: Actor) -> None:
    """Put a question of a draft into a section: at its beginning, or after another question of it."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question, target = queries.get_question(survey, code), _section(survey, section)
    others = [each for each in _in_section(survey, target) if each is not question]
    place = 0
    if after:
        codes = [each.code for each in others]
        if after not in codes:
            raise Refused("移す先の設問が見つかりません。画面を開き直してください。", field="where")
        place = codes.index(after) + 1
    others.insert(place, question)
    question.section_id = target.id
    _number(others)
    audit.record(by, "surveys.change", survey, changes={"moved": code, "section": section})


def copy_question(survey: Survey, code: str, *, by: Actor) -> Question:
    """Add a copy of a question right after it; it looks at the same answers and has no number in the bank."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    section = db.session.get_one(SurveySection, question.section_id)
    copied = _added(survey, _draft_of(question), section)
    copied.bank_key = None
    order = [each for each in _in_section(survey, section) if each is not copied]
    order.insert(order.index(question) + 1, copied)
    _number(order)
    audit.record(by, "surveys.change", survey, changes={"copied": code, "added": copied.code})
    return copied


def remove_question(survey: Survey, code: str, *, by: Actor) -> None:
    """Take a question out of a draft: nobody has answered it yet."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    db.session.delete(queries.get_question(survey, code))
    audit.record(by, "surveys.change", survey, changes={"removed": code})


def _added(survey: Survey, draft: QuestionDraft, section: SurveySection, code: str = "") -> Question:
    count = len(queries.list_questions(survey))
    if count >= MOST_QUESTIONS:
        raise Refused(f"設問は{MOST_QUESTIONS}問までです。長いアンケートは最後まで答えてもらえません。")
    here = _in_section(survey, section)
    question = Question(
        survey_id=survey.id,
        section_id=section.id,
        code=code or _new_code(survey),
        position=max((each.position for each in here), default=0) + 1,
        **_question_columns(draft),
    )
    db.session.add(question)
    db.session.flush()
    return question


def _new_code(survey: Survey) -> str:
    """Return a code that no question has or had and at which no condition looks."""
    codes = set(db.session.scalars(select(Question.code).where(Question.survey_id == survey.id)))
    codes |= codes_mentioned(queries.get_questionnaire(survey))
    return f"q{max((int(code[1:]) for code in codes), default=0) + 1}"


def _section(survey: Survey, code: str) -> SurveySection:
    sections = queries.list_sections(survey)
    if not code:
        return sections[-1]
    found = next((section for section in sections if section.code == code), None)
    if found is None:
        raise Refused("その章はもうありません。画面を開き直してください。", field="section")
    return found


def _in_section(survey: Survey, section: SurveySection) -> list[Question]:
    return [question for question in queries.list_questions(survey) if question.section_id == section.id]


def _number(questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions, start=1):
        question.position = position


def _move_once(survey: Survey, question: Question, step: int) -> None:
    sections = list(queries.list_sections(survey))
    place = next(at for at, section in enumerate(sections) if section.id == question.section_id)
    order = _in_section(survey, sections[place])
    at = order.index(question)
    if 0 <= at + step < len(order):
        order.insert(at + step, order.pop(at))
        _number(order)
    elif 0 <= place + step < len(sections):
        there = _in_section(survey, sections[place + step])
        there.insert(0 if step > 0 else len(there), question)
        question.section_id = sections[place + step].id
        _number(there)
    db.session.flush()


def _refuse_stale(seen: str, stamp: str) -> None:
    if seen and seen != stamp:
        raise Conflict(CHANGED_MEANWHILE)


def _draft_of(question: Question) -> QuestionDraft:
    asked = queries.asked(question)
    return QuestionDraft(
        text=asked.text,
        help=asked.help,
        is_required=asked.is_required,
        spec=asked.spec,
        condition=asked.condition,
        is_attribute=asked.is_attribute,
        results_shown=asked.results_shown,
        bank_key=asked.bank_key,
        image=asked.image,
        image_text=asked.image_text,
        easy=dict(asked.easy) if asked.easy else None,
    )


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
