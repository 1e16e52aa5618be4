"""Changing a questionnaire after its opening."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.errors import Conflict, NotFound
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import KIND_NAMES, Asked
from participation.surveys.domain.outline import users_of
from participation.surveys.domain.packing import written_out
from participation.surveys.forms import (
    QUESTION_FORMS,
    PlaceForm,
    QuestionForm,
    ReasonForm,
    correction_form,
    values_as,
)
from participation.surveys.models import Question, Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/<public_id>/questions/<code>/correct", methods=["GET", "POST"])
@requires("surveys.correct")
def correct(public_id: str, code: str) -> ResponseReturnValue:
    """Put right the words of a question that people answer already."""
    survey, question, asked = _answered(public_id, code)
    form = correction_form(asked)
    if not form.seen.data:
        form.seen.data = queries.stamp_of_question(question)
    status, theirs = form.status, ""
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.correct_question(
                    survey,
                    code,
                    text=form.text.data.strip(),
                    help_text=form.help.data,
                    words=form.words(),
                    reason=form.reason.data,
                    seen=form.seen.data or "-",
                    by=current_actor(),
                )
                sent.location = url_for(".show", public_id=public_id, _anchor=code)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            _, question, latest = _answered(public_id, code)
            form.form_errors.append(conflict.reason)
            form.seen.data, status = queries.stamp_of_question(question), 409
            theirs = written_out(latest.text, latest.help, latest.spec)
    rendered = render_template(
        "surveys/desk/correct.html",
        survey=survey,
        code=code,
        asked=asked,
        form=form,
        theirs=theirs,
        kinds=KIND_NAMES,
    )
    return rendered, status


@bp.route("/<public_id>/questions/<code>/retire", methods=["GET", "POST"])
@requires("surveys.correct")
def retire(public_id: str, code: str) -> ResponseReturnValue:
    """Ask a question no more."""
    survey, _, asked = _answered(public_id, code)
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.retire_question(survey, code, reason=form.reason.data, by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor="corrections")
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/retire.html",
        survey=survey,
        asked=asked,
        form=form,
        used_by=users_of(queries.get_questionnaire(survey), code),
    )
    return rendered, form.status


@bp.route("/<public_id>/questions/<code>/replace/<kind>", methods=["GET", "POST"])
@requires("surveys.correct")
def replace(public_id: str, code: str, kind: str) -> ResponseReturnValue:
    """Ask another question, of another meaning, in the place of one."""
    survey, _, asked = _answered(public_id, code)
    form = _replacing_form(kind, asked)
    reason = ReasonForm()
    if request.method == "POST" and form.validate() & reason.validate():
        with one_submission(form) as sent:
            draft = form.draft(asked)
            new = commands.replace_question(
                survey, code, draft, reason=reason.reason.data, by=current_actor()
            )
            sent.location = url_for(".show", public_id=public_id, _anchor=new.code)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/replace.html",
        survey=survey,
        asked=asked,
        form=form,
        reason=reason,
        kind=kind,
        kinds=KIND_NAMES,
    )
    return rendered, form.status


def _replacing_form(kind: str, asked: Asked) -> QuestionForm:
    if kind not in QUESTION_FORMS:
        raise NotFound
    form = QUESTION_FORMS[kind](data={**values_as(asked, kind), "bank_key": ""})
    if isinstance(form, PlaceForm):
        form.offer_places(queries.registered_places)
    return form.offer([], [])


def _answered(public_id: str, code: str) -> tuple[Survey, Question, Asked]:
    survey = queries.get_survey(public_id)
    question = queries.get_question(survey, code)
    if question.last_version is not None:
        raise NotFound("この設問は、もうたずねていません。")
    return survey, question, queries.asked(question)
