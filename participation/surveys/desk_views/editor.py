"""Making surveys: the list, the settings, the outline, opening."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.consultations import queries as consultations
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.subjects import queries as subjects
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import (
    AUDIENCE_NAMES,
    CORRECTION_NAMES,
    EVERYBODY,
    KIND_NAMES,
    LAYOUT_NAMES,
    SurveyStatus,
)
from participation.surveys.domain.outline import branch_map, outline_of
from participation.surveys.forms import PlainForm, SurveyForm, survey_values
from participation.surveys.models import Survey
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
    form = _offer(SurveyForm(data={**start, "results_shown": "after_closing", "layout": "whole"}))
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
    is_draft = page.survey.status is SurveyStatus.DRAFT
    return render_template(
        "surveys/desk/show.html",
        page=page,
        outline=outline_of(page.questionnaire, finds_faults=is_draft),
        form=PlainForm(),
        kinds=KIND_NAMES,
        response_count=count,
        refused=refused,
        audience_names=AUDIENCE_NAMES,
        layout_names=LAYOUT_NAMES,
        correction_names=CORRECTION_NAMES,
        corrections=() if is_draft else queries.list_corrections(page.survey),
        period_changes=() if is_draft else queries.list_period_changes(page.survey),
    )


@bp.get("/<public_id>/branches")
@requires("surveys.read_desk")
def branches(public_id: str) -> ResponseReturnValue:
    """Who sees what: the branches as a list, and as a picture beside it."""
    page = queries.show_survey(queries.get_survey(public_id))
    outline = outline_of(page.questionnaire)
    return render_template("surveys/desk/branches.html", page=page, outline=outline, map=branch_map(outline))


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("surveys.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change the settings of a draft; what another person saved meanwhile is shown beside."""
    survey = draft_of(public_id)
    form = _offer(SurveyForm(data=survey_values(survey)), survey)
    status, theirs = form.status, ""
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_survey(survey, form.draft(), by=current_actor())
                sent.location = url_for(".show", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            survey, status = draft_of(public_id), 409
            theirs = f"{survey.title}\n\n{survey.intro}"
            form.form_errors.append(conflict.reason)
            form.version.data = str(survey.version)
    return render_template("surveys/desk/form.html", form=form, survey=survey, theirs=theirs), status


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


def draft_of(public_id: str) -> Survey:
    """Return a survey that is still a draft; raises Refused."""
    survey = queries.get_survey(public_id)
    if survey.status is not SurveyStatus.DRAFT:
        raise Refused("公開したアンケートは変えられません（回答の意味が変わるため）。")
    return survey


def _offer(form: SurveyForm, survey: Survey | None = None) -> SurveyForm:
    form.offer(subjects.list_open_choices(), consultations.list_choices())
    return form.offer_next(queries.list_survey_choices(but=survey))
