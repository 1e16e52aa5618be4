"""Changing until when a survey takes answers, and ending it early: with a reason that residents read."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.errors import Conflict
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.forms import CloseForm, PeriodForm
from participation.surveys.models import Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/<public_id>/period", methods=["GET", "POST"])
@requires("surveys.change_period")
def period(public_id: str) -> ResponseReturnValue:
    """Take answers until another day; what another person saved meanwhile is said."""
    survey = queries.get_survey(public_id)
    form = PeriodForm(
        data={"closes_on": clock.last_day(survey.closes_at), "seen": survey.closes_at.isoformat()}
    )
    status = form.status
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_period(
                    survey,
                    form.closes_at(),
                    reason=form.reason.data,
                    seen=form.seen.data or "-",
                    by=current_actor(),
                )
                sent.location = url_for(".show", public_id=public_id, _anchor="period")
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            survey, status = queries.get_survey(public_id), 409
            form.form_errors.append(conflict.reason)
            form.seen.data = survey.closes_at.isoformat()
    return _page(survey, form, CloseForm(formdata=None)), status


@bp.post("/<public_id>/close")
@requires("surveys.close")
def close(public_id: str) -> ResponseReturnValue:
    """Take no more answers from now on."""
    survey = queries.get_survey(public_id)
    form = CloseForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.close_survey(survey, reason=form.why.data, by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor="period")
        if sent.given:
            return sent.redirect()
    unchanged = PeriodForm(
        formdata=None,
        data={"closes_on": clock.last_day(survey.closes_at), "seen": survey.closes_at.isoformat()},
    )
    return _page(survey, unchanged, form), form.status


def _page(survey: Survey, form: PeriodForm, closing: CloseForm) -> str:
    return render_template(
        "surveys/desk/period.html",
        survey=survey,
        form=form,
        closing=closing,
        changes=queries.list_period_changes(survey),
    )
