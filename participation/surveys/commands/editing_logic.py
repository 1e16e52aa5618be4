"""Conditions and jumps of a draft (表示の条件と分岐)."""

from __future__ import annotations

from typing import Any

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.errors import Conflict, Refused
from participation.surveys import queries
from participation.surveys.commands.editing import CHANGED_MEANWHILE, _lock
from participation.surveys.commands.editing_questions import _refuse_stale
from participation.surveys.domain import END, AnyCondition, SurveyStatus
from participation.surveys.domain.packing import stamp
from participation.surveys.models import Survey

MOST_JUMPS = 10


def set_question_condition(
    survey: Survey, code: str, condition: AnyCondition | None, *, seen: str = "", by: Actor
) -> None:
    """Say when a question of a draft is shown; None: always."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    _refuse_stale(seen, stamp({"condition": question.condition}))
    question.condition = _stored(condition)
    audit.record(by, "surveys.change", survey, changes={"condition_of": code})


def set_section_condition(
    survey: Survey, code: str, condition: AnyCondition | None, *, seen: str = "", by: Actor
) -> None:
    """Say when a section of a draft is shown; None: always."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = queries.get_section(survey, code)
    _refuse_stale(seen, stamp({"condition": section.condition}))
    section.condition = _stored(condition)
    audit.record(by, "surveys.change", survey, changes={"condition_of": code})


def add_jump(survey: Survey, code: str, to: str, *, by: Actor) -> int:
    """Let the end of a section lead elsewhere; return the number of the jump, counted from 0."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = queries.get_section(survey, code)
    if len(section.jumps) >= MOST_JUMPS:
        raise Refused(f"移り先は、1つの章に{MOST_JUMPS}までです。", field="to")
    if to != END and to not in {each.code for each in queries.list_sections(survey)}:
        raise Refused("移り先の章がありません。画面を開き直してください。", field="to")
    section.jumps = [*section.jumps, {"to": to, "condition": None}]
    audit.record(by, "surveys.change", survey, changes={"jump_from": code, "to": to})
    return len(section.jumps) - 1


def set_jump_condition(
    survey: Survey, code: str, number: int, condition: AnyCondition | None, *, seen: str = "", by: Actor
) -> None:
    """Say when a jump is taken; None: always."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = queries.get_section(survey, code)
    if not 0 <= number < len(section.jumps):
        raise Conflict(CHANGED_MEANWHILE)
    _refuse_stale(seen, stamp({"condition": section.jumps[number].get("condition")}))
    jumps = [dict(jump) for jump in section.jumps]
    jumps[number]["condition"] = _stored(condition)
    section.jumps = jumps
    audit.record(by, "surveys.change", survey, changes={"condition_of": f"{code}>{number}"})


def move_jump(
    survey: Survey, code: str, number: int, steps: int | None, *, seen: str = "", by: Actor
) -> None:
    """Move a jump up or down (the first that holds is taken); None: take it out."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = queries.get_section(survey, code)
    _refuse_stale(seen, stamp({"jumps": section.jumps}))
    if not 0 <= number < len(section.jumps):
        raise Conflict(CHANGED_MEANWHILE)
    jumps = list(section.jumps)
    jump = jumps.pop(number)
    if steps is not None:
        jumps.insert(max(0, min(len(jumps), number + steps)), jump)
    section.jumps = jumps
    audit.record(by, "surveys.change", survey, changes={"jumps_of": code})


def _stored(condition: AnyCondition | None) -> dict[str, Any] | None:
    return None if condition is None else condition.model_dump(mode="json")
