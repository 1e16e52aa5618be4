"""Making surveys: settings, questions, opening and closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import EVERYBODY, KIND_NAMES, SurveyStatus
from participation.surveys.forms import (
    QUESTION_FORMS,
    PlainForm,
    QuestionForm,
    SurveyForm,
    question_values,
    survey_values,
)
from participation.surveys.models import Question, Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

HALF_A_MONTH = timedelta(days=14)


@bp.get("")
@requires("surveys.read_desk")
def index() -> ResponseReturnValue:
    """All surveys, drafts included."""
    return render_template("surveys/desk/index.html", surveys=queries.list_surveys(with_drafts=True))


@bp.route("/new", methods=["GET", "POST"])
@requires("surveys.draft")
def new() -> ResponseReturnValue:
    """Begin a survey."""
    today = clock.today()
    start = {"opens_on": today, "closes_on": today + HALF_A_MONTH, "audience": "anyone"}
    form = _offer(SurveyForm(data={**start, "results_shown": "after_closing"}))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            survey = commands.draft_survey(form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=survey.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("surveys/desk/form.html", form=form, survey=None), form.status


@bp.get("/<public_id>")
@requires("surveys.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One survey: its settings, its questions, and what can be done with it."""
    return _page_of(public_id)


def _page_of(public_id: str, refused: str = "") -> str:
    page = queries.show_survey(queries.get_survey(public_id))
    count = queries.count_answers(page.survey).get(("", EVERYBODY), 0)
    return render_template(
        "surveys/desk/show.html",
        page=page,
        form=PlainForm(),
        kinds=KIND_NAMES,
        response_count=count,
        refused=refused,
    )


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("surveys.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change the settings of a draft."""
    survey = _draft(public_id)
    form = _offer(SurveyForm(data=survey_values(survey)))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.change_survey(survey, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template("surveys/desk/form.html", form=form, survey=survey), form.status


@bp.route("/<public_id>/questions/new/<kind>", methods=["GET", "POST"])
@requires("surveys.change")
def new_question(public_id: str, kind: str) -> ResponseReturnValue:
    """Add a question of a kind."""
    survey = _draft(public_id)
    form = _question_form(kind)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            question = commands.add_question(survey, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor=question.code)
        if sent.given:
            return sent.redirect()
    return _question_page(survey, kind, form, None)


@bp.route("/<public_id>/questions/<code>", methods=["GET", "POST"])
@requires("surveys.change")
def edit_question(public_id: str, code: str) -> ResponseReturnValue:
    """Change a question of a draft."""
    survey = _draft(public_id)
    question = queries.get_question(survey, code)
    kind = question.spec["kind"]
    form = _question_form(kind, question_values(question))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.change_question(survey, code, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor=code)
        if sent.given:
            return sent.redirect()
    return _question_page(survey, kind, form, question)


@bp.post("/<public_id>/questions/<code>/arrange")
@requires("surveys.change")
def arrange(public_id: str, code: str) -> ResponseReturnValue:
    """Move a question up or down, or take it out."""
    survey = _draft(public_id)
    steps = {"up": -1, "down": 1}.get(request.form.get("where", ""))
    with transaction():
        if steps is not None:
            commands.move_question(survey, code, steps, by=current_actor())
        elif request.form.get("where") == "out":
            commands.remove_question(survey, code, by=current_actor())
        else:
            raise Refused("どこへ動かすかを読み取れませんでした。")
    return redirect(url_for(".show", public_id=public_id, _anchor="questions"), 303)


@bp.post("/<public_id>/publish")
@requires("surveys.publish")
def publish(public_id: str) -> ResponseReturnValue:
    """Open a survey."""
    survey = queries.get_survey(public_id)
    try:
        with transaction():
            commands.publish_survey(survey, by=current_actor())
    except Refused as refusal:
        return _page_of(public_id, refusal.reason), 422
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/close")
@requires("surveys.close")
def close(public_id: str) -> ResponseReturnValue:
    """Close a survey."""
    survey = queries.get_survey(public_id)
    with transaction():
        commands.close_survey(survey, by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


def _draft(public_id: str) -> Survey:
    survey = queries.get_survey(public_id)
    if survey.status is not SurveyStatus.DRAFT:
        raise Refused("公開したアンケートは変えられません（回答の意味が変わるため）。")
    return survey


def _offer(form: SurveyForm) -> SurveyForm:
    return form.offer(queries.list_subject_choices(), queries.list_consultation_choices())


def _question_form(kind: str, values: dict[str, Any] | None = None) -> QuestionForm:
    if kind not in QUESTION_FORMS:
        raise NotFound
    return QUESTION_FORMS[kind](data=values)


def _question_page(
    survey: Survey, kind: str, form: QuestionForm, question: Question | None
) -> ResponseReturnValue:
    rendered = render_template(
        "surveys/desk/question.html",
        survey=survey,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        form=form,
        question=question,
    )
    return rendered, form.status
