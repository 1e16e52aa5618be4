"""Answering a survey."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound
from participation.surveys import commands, queries
from participation.surveys.domain import NOT_THE_WHOLE, State
from participation.surveys.forms import AnswerForm, TapForm, answer_form
from participation.surveys.policies import OVER
from participation.surveys.queries import SurveyPage
from participation.surveys.views.pages import bp
from participation.web.access import current_actor, public, requires
from participation.web.submissions import one_submission


@bp.get("/surveys/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """The questions, all on one page, with what the reader began or answered before."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    actor = current_actor()
    own = queries.find_own_answer(page.survey, actor)
    draft = queries.find_draft(page.survey, actor)
    form = answer_form(page, own, draft.given if draft else None)
    return _form_page(page, form, own=own, draft=draft)


@bp.post("/surveys/<public_id>")
@public
def answer(public_id: str) -> ResponseReturnValue:
    """Take the answers."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = answer_form(page, None, None)
    if not form.validate_on_submit():
        return _form_page(page, form)
    try:
        with one_submission(form) as sent:
            commands.answer_survey(
                page.survey, form.given(), shares_texts=form.shares_texts.data, by=current_actor()
            )
            sent.location = url_for(".thanks", public_id=public_id)
    except Conflict as refusal:
        closed = f"{refusal.reason}書いた内容は下に残っています。"
        return _form_page(queries.show_survey(page.survey), form, closed=closed)
    return sent.redirect() if sent.given else _form_page(page, form)


@bp.post("/surveys/<public_id>/draft")
@requires("surveys.save_draft")
def save_draft(public_id: str) -> ResponseReturnValue:
    """Keep unfinished answers: for the page's script, and for the button without it."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = answer_form(page, None, None)
    with transaction():
        commands.save_draft(page.survey, form.given(), by=current_actor())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(saved=True)
    return redirect(url_for(".show", public_id=public_id, _anchor="draft"), 303)


@bp.post("/surveys/<public_id>/tap")
@public
def tap(public_id: str) -> ResponseReturnValue:
    """Take the answer to a one-tap question from the subject's page."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    if not page.survey.is_one_tap:
        raise NotFound
    form = TapForm()
    if not form.validate_on_submit():
        return _form_page(page, answer_form(page, None, None))
    try:
        with one_submission(form) as sent:
            commands.answer_survey(page.survey, form.given(page.questions[0]), by=current_actor())
            sent.location = url_for(".thanks", public_id=public_id)
    except Conflict as refusal:
        return _form_page(page, answer_form(page, None, None), closed=refusal.reason)
    if sent.given:
        return sent.redirect()
    shown = answer_form(page, None, None)
    shown.form_errors.extend(form.form_errors)
    return _form_page(page, shown)


@bp.get("/surveys/<public_id>/thanks")
@public
def thanks(public_id: str) -> ResponseReturnValue:
    """Thanks, one's own answers, and the figures where they are public."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    own = queries.find_own_answer(page.survey, current_actor())
    if own is None:
        return redirect(url_for(".show", public_id=public_id), 303)
    results = queries.show_results(page) if page.has_public_results else None
    return render_template(
        "surveys/thanks.html", page=page, own=own, results=results, not_the_whole=NOT_THE_WHOLE
    )


def _form_page(
    page: SurveyPage,
    form: AnswerForm,
    *,
    own: queries.OwnAnswer | None = None,
    draft: object = None,
    closed: str = "",
) -> ResponseReturnValue:
    if page.state is State.CLOSED and not closed and form.status != 200:
        closed = OVER
    rendered = render_template(
        "surveys/show.html",
        page=page,
        form=form,
        own=own,
        draft=draft,
        closed=closed,
        decision=access.can(current_actor(), "surveys.answer", page.survey),
    )
    return rendered, 409 if closed else form.status
