"""Weighting a survey, for staff: a file of margins, what it matches, the weights that come of it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.margins import COLUMNS, MarginsFile, margins_as_rows
from participation.surveys.forms import PlainForm, WeightingForm
from participation.surveys.queries import Match, SurveyPage, Variable
from participation.web.access import current_actor, requires
from participation.web.csv_files import as_text, csv_response
from participation.web.submissions import one_submission


@bp.get("/<public_id>/weighting")
@requires("surveys.read_desk")
def weighting(public_id: str) -> ResponseReturnValue:
    """The weights in use, how they came about, and the form for others."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    return _page(page, WeightingForm())


@bp.post("/<public_id>/weighting")
@requires("surveys.weight")
def weight(public_id: str) -> ResponseReturnValue:
    """Read a file of margins and show what it matches; or compute the weights."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = WeightingForm()
    if not form.validate_on_submit():
        return _page(page, form), form.status
    variables = [each for each in queries.list_variables(page) if not each.axis.several]
    read = MarginsFile((), ())
    matches: list[Match] = []
    try:
        read = form.read()
        matches = form.matches(read.margins, variables)
        if request.form.get("step") != "run" or read.errors:
            return _page(page, form, read, matches, variables), 422 if read.errors else 200
        how = form.parameters()
    except Refused as refusal:
        form.refuse(refusal)
        return _page(page, form, read, matches, variables), 422
    with one_submission(form) as sent:
        run = commands.weight_survey(page.survey, matches, how, by=current_actor())
        sent.location = url_for(".weighting_run", public_id=public_id, run_id=run.public_id)
    return sent.redirect() if sent.given else (_page(page, form, read, matches, variables), 422)


@bp.get("/<public_id>/weighting/<run_id>")
@requires("surveys.read_desk")
def weighting_run(public_id: str, run_id: str) -> ResponseReturnValue:
    """One weighting: how well it meets the margins, what it costs."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    run = queries.get_run(page.survey, run_id)
    unweighted = queries.count_unweighted(page.survey, run) if run.is_current else 0
    return render_template(
        "surveys/desk/weighting_run.html",
        page=page,
        run=run,
        parameters=queries.parameters_of(run),
        margins=queries.margins_of(run),
        unweighted=unweighted,
        form=PlainForm(),
    )


@bp.get("/<public_id>/weighting/<run_id>/margins.csv")
@requires("surveys.read_desk")
def weighting_margins(public_id: str, run_id: str) -> ResponseReturnValue:
    """The margins that a weighting was made with, as a file that can be read in again."""
    run = queries.get_run(queries.get_public_survey(public_id), run_id)
    rows = margins_as_rows(queries.margins_of(run))
    return csv_response(f"人口の表-{run_id}.csv", as_text(COLUMNS, rows))


@bp.post("/<public_id>/weighting/drop")
@requires("surveys.weight")
def drop_weights(public_id: str) -> ResponseReturnValue:
    """Use no weights any more."""
    survey = queries.get_public_survey(public_id)
    with transaction():
        commands.drop_weights(survey, by=current_actor())
    return redirect(url_for(".weighting", public_id=public_id), 303)


def _page(
    page: SurveyPage,
    form: WeightingForm,
    read: MarginsFile | None = None,
    matches: list[Match] | None = None,
    variables: list[Variable] | None = None,
) -> str:
    chosen = {match.margin.variable: match for match in matches or ()}
    return render_template(
        "surveys/desk/weighting.html",
        page=page,
        form=form,
        plain=PlainForm(),
        read=read,
        matched=[(margin, chosen.get(margin.variable)) for margin in (read.margins if read else ())],
        variables=[(each.key, each.title) for each in variables or ()],
        run=queries.find_current_run(page.survey),
        runs=queries.list_runs(page.survey),
    )
