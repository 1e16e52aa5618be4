"""Templates, copies of surveys, and the bank of questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.subjects import queries as subjects
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.desk_views.editor import draft_of
from participation.surveys.domain.composing import section_names
from participation.surveys.forms import BankSearch, CopyForm, PlainForm, TakeForm, TemplateForm
from participation.surveys.models import Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

MOST_TAKEN = 30


@bp.get("/templates")
@requires("surveys.read_desk")
def templates() -> ResponseReturnValue:
    """The templates."""
    return render_template(
        "surveys/desk/templates.html", templates=queries.list_templates(), form=PlainForm()
    )


@bp.route("/<public_id>/keep-template", methods=["GET", "POST"])
@requires("surveys.draft")
def keep_template(public_id: str) -> ResponseReturnValue:
    """Keep the questions of a survey as a template."""
    survey = queries.get_survey(public_id)
    form = TemplateForm(data={"title": survey.title})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.keep_template(survey, form.title.data, form.note.data, by=current_actor())
            sent.location = url_for(".templates")
        if sent.given:
            return sent.redirect()
    return render_template("surveys/desk/keep_template.html", survey=survey, form=form), form.status


@bp.post("/templates/<template_id>/remove")
@requires("surveys.draft")
def remove_template(template_id: str) -> ResponseReturnValue:
    """Throw a template away."""
    with transaction():
        commands.remove_template(queries.get_template(template_id), by=current_actor())
    return redirect(url_for(".templates"), 303)


@bp.route("/templates/<template_id>/use", methods=["GET", "POST"])
@requires("surveys.draft")
def use_template(template_id: str) -> ResponseReturnValue:
    """Begin a survey with the questions of a template."""
    template = queries.get_template(template_id)
    form = _copy_form(template.title)

    def make() -> Survey:
        draft = form.draft(intro=template.intro)
        return commands.draft_from_template(template, draft, by=current_actor())

    return _made(form, make, heading="ひな形から作る", over=template.title, may_be_wave=False)


@bp.route("/<public_id>/copy", methods=["GET", "POST"])
@requires("surveys.draft")
def copy(public_id: str) -> ResponseReturnValue:
    """Begin a survey with the questions of another, perhaps as its next wave."""
    survey = queries.get_survey(public_id)
    form = _copy_form(survey.title, survey.subject_id)

    def make() -> Survey:
        wave = bool(form.is_next_wave.data)
        return commands.copy_survey(survey, form.draft(survey), is_next_wave=wave, by=current_actor())

    return _made(form, make, heading="写して作る", over=survey.title, may_be_wave=True)


@bp.get("/bank")
@requires("surveys.read_desk")
def bank() -> ResponseReturnValue:
    """The bank: questions asked before, with their wordings and where they were used."""
    search = BankSearch(request.args)
    found = queries.search_bank(search.q.data, kind=search.kind.data) if search.validate() else []
    return render_template("surveys/desk/bank.html", search=search, found=found, survey=None, form=None)


@bp.route("/<public_id>/bank", methods=["GET", "POST"])
@requires("surveys.change")
def take_from_bank(public_id: str) -> ResponseReturnValue:
    """Add questions of the bank to a draft, word for word."""
    survey = draft_of(public_id)
    questionnaire = queries.get_questionnaire(survey)
    names = section_names(questionnaire)
    search = BankSearch(request.args)
    found = queries.search_bank(search.q.data, kind=search.kind.data) if search.validate() else []
    sections = [(section.code, names[section.code]) for section in questionnaire.sections]
    form = TakeForm(data={"section": sections[-1][0]}).offer(sections)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            for number in _chosen():
                question = queries.get_bank_question(number)
                commands.take_question(survey, question, section=form.section.data, by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor="questions")
        if sent.given:
            return sent.redirect()
    rendered = render_template("surveys/desk/bank.html", search=search, found=found, survey=survey, form=form)
    return rendered, form.status


def _chosen() -> list[int]:
    """Return the questions that were ticked: each box is called "question-" and its number."""
    sent = [name.removeprefix("question-") for name in request.form if name.startswith("question-")]
    if not sent:
        raise Refused("加える設問に印を付けてください。")
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in sent):
        raise NotFound
    return [int(number) for number in sent[:MOST_TAKEN]]


def _copy_form(title: str, subject_id: int | None = None) -> CopyForm:
    today = clock.today()
    start: dict[str, Any] = {"title": title, "opens_on": today, "closes_on": today + timedelta(days=14)}
    if subject_id is not None:
        start["subject_id"] = subject_id
    return CopyForm(data=start).offer(subjects.list_open_choices())


def _made(
    form: CopyForm, make: Callable[[], Survey], *, heading: str, over: str, may_be_wave: bool
) -> ResponseReturnValue:
    if form.validate_on_submit():
        with one_submission(form) as sent:
            sent.location = url_for(".show", public_id=make().public_id)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/copy.html", form=form, heading=heading, over=over, may_be_wave=may_be_wave
    )
    return rendered, form.status
