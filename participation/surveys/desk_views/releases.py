"""Open data, for staff: one prepares, another decides."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.releases import LEAST_ALIKE, LEAST_LINES, STATUS_NAMES
from participation.surveys.forms import PlainForm, ReleaseForm
from participation.surveys.queries import SurveyPage
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.submissions import one_submission


@bp.get("/<public_id>/releases")
@requires("surveys.read_desk")
def releases(public_id: str) -> ResponseReturnValue:
    """What was given out, what waits for a second person, and the form for more."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    return _page(page, _form(page))


@bp.post("/<public_id>/releases")
@requires("surveys.prepare_release")
def prepare_release(public_id: str) -> ResponseReturnValue:
    """Make the file that would be given out."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = _form(page)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.prepare_release(
                page.survey, form.codes.data or [], note=form.note.data, by=current_actor()
            )
            sent.location = url_for(".releases", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(page, form), form.status


@bp.get("/<public_id>/releases/<release_id>.csv")
@requires("surveys.read_desk")
def release_file(public_id: str, release_id: str) -> ResponseReturnValue:
    """The file as it would be given out, to be looked at before."""
    release = queries.get_release(queries.get_public_survey(public_id), release_id)
    return csv_response(f"公開データ-{release_id}.csv", "".join(queries.list_release_text(release.id)))


@bp.post("/<public_id>/releases/<release_id>/decide")
@requires("surveys.decide_release")
def decide_release(public_id: str, release_id: str) -> ResponseReturnValue:
    """Publish it, or not."""
    with transaction():
        release = queries.get_release(queries.get_public_survey(public_id), release_id)
        publishes = request.form.get("decision") == "publish"
        commands.decide_release(release, publishes=publishes, by=current_actor())
    return redirect(url_for(".releases", public_id=public_id), 303)


@bp.post("/<public_id>/releases/<release_id>/withdraw")
@requires("surveys.withdraw_release")
def withdraw_release(public_id: str, release_id: str) -> ResponseReturnValue:
    """Give it out no more."""
    with transaction():
        release = queries.get_release(queries.get_public_survey(public_id), release_id)
        commands.withdraw_release(release, by=current_actor())
    return redirect(url_for(".releases", public_id=public_id), 303)


def _form(page: SurveyPage) -> ReleaseForm:
    numbers = page.questionnaire.numbers()
    questions = queries.list_releasable(page)
    return ReleaseForm().offer([(each.code, f"{numbers[each.code]} {each.text}") for each in questions])


def _page(page: SurveyPage, form: ReleaseForm) -> str:
    return render_template(
        "surveys/desk/releases.html",
        page=page,
        form=form,
        plain=PlainForm(),
        releases=queries.list_releases(page.survey),
        status_names=STATUS_NAMES,
        least_alike=LEAST_ALIKE,
        least_lines=LEAST_LINES,
    )
