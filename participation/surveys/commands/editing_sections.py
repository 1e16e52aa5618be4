"""The sections of a draft (章の作成)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.surveys import queries
from participation.surveys.commands.editing import _lock
from participation.surveys.commands.editing_questions import _in_section, _number, _refuse_stale
from participation.surveys.domain import MOST_SECTIONS, SectionDraft, SurveyStatus
from participation.surveys.domain.packing import pack_jumps
from participation.surveys.models import Survey, SurveySection


def add_section(survey: Survey, draft: SectionDraft, *, by: Actor) -> SurveySection:
    """Add a section at the end of a draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = _added_section(survey, draft)
    audit.record(by, "surveys.change", survey, changes={"section_added": section.code})
    return section


def change_section(survey: Survey, code: str, draft: SectionDraft, *, seen: str = "", by: Actor) -> None:
    """Change a section of a draft; `seen` is the stamp of what the editor saw."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    section = queries.get_section(survey, code)
    _refuse_stale(seen, queries.stamp_of_section(section))
    for column, value in _section_columns(draft).items():
        setattr(section, column, value)
    audit.record(by, "surveys.change", survey, changes={"section_changed": code})


def move_section(survey: Survey, code: str, steps: int, *, by: Actor) -> None:
    """Move a section of a draft with its questions up (negative) or down; at the edge nothing happens."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    order = list(queries.list_sections(survey))
    place = order.index(queries.get_section(survey, code))
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    _number_sections(order)
    audit.record(by, "surveys.change", survey, changes={"section_moved": code})


def remove_section(survey: Survey, code: str, *, by: Actor) -> None:
    """Take a section out of a draft; its questions go to the section before it, from the first to the next."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    sections = list(queries.list_sections(survey))
    section = queries.get_section(survey, code)
    if len(sections) == 1:
        raise Refused("章は1つ以上いります。最後の章は取り除けません。")
    place = sections.index(section)
    target = sections[place - 1] if place else sections[1]
    moved, there = _in_section(survey, section), _in_section(survey, target)
    for question in moved:
        question.section_id = target.id
    _number([*there, *moved] if place else [*moved, *there])
    db.session.flush()
    db.session.delete(section)
    sections.remove(section)
    _number_sections(sections)
    audit.record(by, "surveys.change", survey, changes={"section_removed": code})


def _added_section(survey: Survey, draft: SectionDraft, code: str = "") -> SurveySection:
    sections = queries.list_sections(survey)
    if len(sections) >= MOST_SECTIONS:
        raise Refused(f"章は{MOST_SECTIONS}までです。")
    section = SurveySection(
        survey_id=survey.id,
        code=code or _new_code(survey, sections),
        position=max((each.position for each in sections), default=0) + 1,
        **_section_columns(draft),
    )
    db.session.add(section)
    db.session.flush()
    return section


def _new_code(survey: Survey, sections: Sequence[SurveySection]) -> str:
    """Return a code that no section has and to which no jump leads."""
    codes = set(db.session.scalars(select(SurveySection.code).where(SurveySection.survey_id == survey.id)))
    codes |= {jump["to"] for section in sections for jump in section.jumps}
    numbers = [int(code[1:]) for code in codes if code[1:].isdigit()]
    return f"s{max(numbers, default=0) + 1}"


def _number_sections(sections: Sequence[SurveySection]) -> None:
    for position, section in enumerate(sections, start=1):
        section.position = position


def _section_columns(draft: SectionDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "intro": draft.intro,
        "starts_page": draft.starts_page,
        "shuffles": draft.shuffles,
        "condition": draft.condition.model_dump(mode="json") if draft.condition is not None else None,
        "easy": draft.easy,
        "jumps": pack_jumps(draft.jumps),
    }
