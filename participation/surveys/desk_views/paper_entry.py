"""Typing forms on paper: the first entry, the second by somebody else, settling, correcting."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock, files
from participation.foundation.errors import Conflict
from participation.surveys import commands, queries
from participation.surveys.commands.paper import SCANS
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import ORIGIN_NAMES, Origin
from participation.surveys.domain.paper_entry import PAPER_STATUS_NAMES, PaperStatus
from participation.surveys.forms.paper import (
    CorrectForm,
    EntryForm,
    SettleForm,
    TypedForm,
    typed_form,
    uploads_of,
)
from participation.surveys.models import PaperForm, Survey
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission


@bp.route("/<public_id>/paper/enter", methods=["GET", "POST"])
@requires("surveys.enter_paper")
def enter_paper(public_id: str) -> ResponseReturnValue:
    """Type a form; saved, the next one begins with how and when the last one came."""
    survey = queries.get_public_survey(public_id)
    form = _entry_form(survey)
    if form.validate_on_submit():
        uploads = uploads_of(form)
        if uploads is not None:
            for _, content in uploads:
                files.keep(content, SCANS)
            with one_submission(form) as sent:
                entered = commands.enter_paper(survey, form.draft(), by=current_actor())
                if uploads:
                    commands.attach_scans(entered, [checked for checked, _ in uploads], by=current_actor())
                sent.location = _next(survey, entered)
            if sent.given:
                return sent.redirect()
    rendered = render_template(
        "surveys/desk/paper_enter.html",
        survey=survey,
        form=form,
        saved=_saved(survey),
        names=PAPER_STATUS_NAMES,
        version=int(form.form_version.data or 1),
    )
    return rendered, form.status


@bp.get("/<public_id>/paper/second")
@requires("surveys.enter_paper")
def next_second(public_id: str) -> ResponseReturnValue:
    """Lead to the next form that waits for a second entry by the reader."""
    survey = queries.get_public_survey(public_id)
    after = whole_number(request.args.get("after"), least=0, most=10**9, default=0)
    person_id = current_actor().person_id
    found = queries.find_next_to_check(survey, person_id, after=after)
    found = found or queries.find_next_to_check(survey, person_id)
    if found is None:
        return redirect(url_for(".paper", public_id=public_id), 303)
    return redirect(url_for(".enter_again", public_id=public_id, form_id=found.public_id), 303)


@bp.route("/<public_id>/paper/forms/<form_id>/second", methods=["GET", "POST"])
@requires("surveys.enter_paper")
def enter_again(public_id: str, form_id: str) -> ResponseReturnValue:
    """Type a form a second time, without seeing the first entry."""
    survey, entered = _of(public_id, form_id)
    questionnaire = queries.get_questionnaire(survey, version=entered.form_version)
    form: TypedForm = typed_form(TypedForm, questionnaire, seen=entered.version)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.enter_again(survey, entered, form.entry(), form.version, by=current_actor())
            sent.location = _after_second(survey, entered)
        if sent.given:
            return sent.redirect()
    return _typed_page("surveys/desk/paper_second.html", survey, entered, form)


@bp.route("/<public_id>/paper/forms/<form_id>/settle", methods=["GET", "POST"])
@requires("surveys.enter_paper")
def settle_entries(public_id: str, form_id: str) -> ResponseReturnValue:
    """Show where two entries differ, side by side, and take what stands on the paper."""
    survey, entered = _of(public_id, form_id)
    questionnaire = queries.get_questionnaire(survey, version=entered.form_version)
    differences = queries.show_differences(questionnaire, entered)
    form: TypedForm = typed_form(
        SettleForm,
        questionnaire,
        only=[each.question.code for each in differences],
        typed=entered.first["typed"] | {each.question.code: "" for each in differences},
        decisions=entered.first["decisions"],
        seen=entered.version,
    )
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.settle_entries(survey, entered, form.entry(), form.version, by=current_actor())
            sent.location = url_for(".paper", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _typed_page("surveys/desk/paper_settle.html", survey, entered, form, differences=differences)


@bp.route("/<public_id>/paper/forms/<form_id>/correct", methods=["GET", "POST"])
@requires("surveys.correct_paper")
def correct_paper(public_id: str, form_id: str) -> ResponseReturnValue:
    """Correct what was typed of a form."""
    survey, entered = _of(public_id, form_id)
    questionnaire = queries.get_questionnaire(survey, version=entered.form_version)
    holds = entered.settled or entered.first
    form: CorrectForm = typed_form(
        CorrectForm, questionnaire, typed=holds["typed"], decisions=holds["decisions"], seen=entered.version
    )
    try:
        if form.validate_on_submit():
            with one_submission(form) as sent:
                reason = form.reason.data
                commands.correct_paper(
                    survey, entered, form.entry(), reason, form.version, by=current_actor()
                )
                sent.location = url_for(".paper_form", public_id=public_id, form_id=form_id)
            if sent.given:
                return sent.redirect()
    except Conflict as conflict:
        survey, entered = _of(public_id, form_id)
        form.form_version_seen.data = str(entered.version)
        now = queries.show_typed(questionnaire, entered)
        page = _typed_page(
            "surveys/desk/paper_correct.html", survey, entered, form, now=now, stale=conflict.reason
        )
        return page[0], 409
    return _typed_page("surveys/desk/paper_correct.html", survey, entered, form, now=[], stale="")


def _of(public_id: str, form_id: str) -> tuple[Survey, PaperForm]:
    survey = queries.get_public_survey(public_id)
    return survey, queries.get_paper_form(survey, form_id)


def _entry_form(survey: Survey) -> EntryForm:
    """Return the form for the version that is chosen, with what is carried over from the last one."""
    asked_for = request.form.get("form_version") or request.args.get("form_version")
    version = whole_number(asked_for, least=1, most=survey.form_version, default=survey.form_version)
    carried: dict[str, Any] = {
        "origin": request.args.get("origin", Origin.PAPER.value),
        "received_on": clock.today(),
        "number": request.args.get("number", ""),
        "form_version": str(version),
    }
    with contextlib.suppress(ValueError):
        carried["received_on"] = date.fromisoformat(request.args.get("received_on", ""))
    form: EntryForm = typed_form(EntryForm, queries.get_questionnaire(survey, version=version), data=carried)
    return form


def _next(survey: Survey, entered: PaperForm) -> str:
    """Return the address of the next empty form: the number counted on, the rest as before."""
    number = entered.number
    following = str(int(number) + 1).zfill(len(number)) if number.isascii() and number.isdigit() else ""
    return url_for(
        ".enter_paper",
        public_id=survey.public_id,
        origin=entered.origin.value,
        received_on=entered.received_on.isoformat(),
        form_version=entered.form_version,
        number=following,
        saved=entered.public_id,
    )


def _saved(survey: Survey) -> PaperForm | None:
    saved = request.args.get("saved", "")
    return queries.get_paper_form(survey, saved) if saved and request.method == "GET" else None


def _after_second(survey: Survey, entered: PaperForm) -> str:
    if entered.status is PaperStatus.DIFFERING:
        return url_for(".settle_entries", public_id=survey.public_id, form_id=entered.public_id)
    return url_for(".next_second", public_id=survey.public_id, after=entered.id)


def _typed_page(
    template: str, survey: Survey, entered: PaperForm, form: TypedForm, **more: Any
) -> tuple[str, int]:
    rendered = render_template(
        template,
        survey=survey,
        entered=entered,
        form=form,
        origins=ORIGIN_NAMES,
        names=PAPER_STATUS_NAMES,
        **more,
    )
    return rendered, form.status
