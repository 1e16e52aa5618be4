"""Conditions of questions, sections and jumps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.errors import Conflict, NotFound, Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.desk_views.editor import draft_of
from participation.surveys.domain import AnyCondition, Asked, Questionnaire, in_words
from participation.surveys.domain.composing import (
    JOIN_NAMES,
    Composed,
    before_question,
    before_section,
    section_names,
    sources_of,
    take_apart,
    until_end_of_section,
)
from participation.surveys.domain.packing import stamp
from participation.surveys.forms import ConditionForm
from participation.surveys.models import Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

_TARGET = re.compile(r"(q[0-9]{1,9})|(s[0-9]{1,9})(?:-([0-9]{1,2}))?")


@dataclass(frozen=True)
class Target:
    """What a condition belongs to: a question, a section, or a jump at its end."""

    code: str
    number: int | None
    #: 「問3を出す条件」
    title: str
    text: str
    condition: AnyCondition | None
    earlier: tuple[Asked, ...]

    @property
    def seen(self) -> str:
        """The sign of the condition as it is."""
        stored = self.condition.model_dump(mode="json") if self.condition is not None else None
        return stamp({"condition": stored})


@bp.route("/<public_id>/conditions/<target>", methods=["GET", "POST"])
@requires("surveys.change")
def condition(public_id: str, target: str) -> ResponseReturnValue:
    """Say when something is shown or a jump is taken; rows are added and taken out by buttons."""
    survey = draft_of(public_id)
    questionnaire = queries.get_questionnaire(survey)
    found = _target(questionnaire, target)
    stored = take_apart(found.condition)
    names = questionnaire.numbers()
    form = ConditionForm(data={"seen": found.seen})
    form.take_up(sources_of(found.earlier, names), stored or Composed())
    status, theirs = 200, ""
    if request.method == "POST" and not form.rearrange(request.form.get("wish", "")):
        answer, status, theirs = _save(survey, found, form)
        if answer is not None:
            return answer
    rendered = render_template(
        "surveys/desk/condition.html",
        survey=survey,
        target=found,
        form=form,
        words=_in_words(found.condition, questionnaire),
        is_too_deep=stored is None,
        join_names=JOIN_NAMES,
        theirs=theirs,
    )
    return rendered, status


def _save(survey: Survey, target: Target, form: ConditionForm) -> tuple[ResponseReturnValue | None, int, str]:
    """Return (where to go, status, what another person saved meanwhile)."""
    if not form.validate():
        return None, 422, ""
    try:
        made = form.condition()
        with one_submission(form) as sent:
            _put(survey, target, made, form.seen.data or "-")
            sent.location = _back(survey, target)
        return (sent.redirect() if sent.given else None), 422, ""
    except Refused as refusal:
        form.refuse(refusal)
        return None, 422, ""
    except Conflict as conflict:
        questionnaire = queries.get_questionnaire(draft_of(survey.public_id))
        latest = _target(
            questionnaire, target.code if target.number is None else f"{target.code}-{target.number}"
        )
        form.form_errors.append(conflict.reason)
        form.seen.data = latest.seen
        return None, 409, _in_words(latest.condition, questionnaire)


def _put(survey: Survey, target: Target, made: AnyCondition | None, seen: str) -> None:
    by = current_actor()
    if target.number is not None:
        commands.set_jump_condition(survey, target.code, target.number, made, seen=seen, by=by)
    elif target.code.startswith("s"):
        commands.set_section_condition(survey, target.code, made, seen=seen, by=by)
    else:
        commands.set_question_condition(survey, target.code, made, seen=seen, by=by)


def _back(survey: Survey, target: Target) -> str:
    if target.number is not None:
        return url_for(".jumps", public_id=survey.public_id, code=target.code)
    return url_for(".show", public_id=survey.public_id, _anchor=target.code)


def _target(questionnaire: Questionnaire, name: str) -> Target:
    found = _TARGET.fullmatch(name)
    if found is None:
        raise NotFound
    if found[1]:
        return _question_target(questionnaire, found[1])
    section = next((each for each in questionnaire.sections if each.code == found[2]), None)
    if section is None:
        raise NotFound
    names = section_names(questionnaire)
    if found[3] is None:
        earlier = before_section(questionnaire, section.code)
        title = f"{names[section.code]}を出す条件"
        return Target(section.code, None, title, section.intro, section.condition, earlier)
    number = int(found[3])
    if number >= len(section.jumps):
        raise NotFound
    jump = section.jumps[number]
    title = f"{names[section.code]}のあと、{names.get(jump.to, jump.to)}へ移る条件"
    earlier = until_end_of_section(questionnaire, section.code)
    return Target(section.code, number, title, "", jump.condition, earlier)


def _question_target(questionnaire: Questionnaire, code: str) -> Target:
    question = next((each for each in questionnaire.questions if each.code == code), None)
    if question is None:
        raise NotFound
    name = questionnaire.numbers().get(code, "説明")
    return Target(
        code,
        None,
        f"{name}を出す条件",
        question.text,
        question.condition,
        before_question(questionnaire, code),
    )


def _in_words(made: AnyCondition | None, questionnaire: Questionnaire) -> str:
    return in_words(made, questionnaire.specs, questionnaire.numbers())
