"""Making questions: their forms, their kinds, their order, hints about their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.i18n.wording import Hint, official_hints, plain_hints
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.desk_views.editor import draft_of
from participation.surveys.domain import KIND_NAMES, Questionnaire
from participation.surveys.domain.composing import section_names
from participation.surveys.domain.outline import users_of
from participation.surveys.domain.packing import written_out
from participation.surveys.forms import (
    QUESTION_FORMS,
    PlaceForm,
    PlainForm,
    PutForm,
    QuestionForm,
    values_as,
)
from participation.surveys.models import Question, Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@dataclass(frozen=True)
class Help:
    """What the form of a question shows beside it."""

    #: (field, its name, hints); None: nobody asked.
    hints: list[tuple[str, str, list[Hint]]] | None = None
    #: What another person saved meanwhile.
    theirs: str = ""
    mine: str = ""


@bp.route("/<public_id>/questions/new/<kind>", methods=["GET", "POST"])
@requires("surveys.change")
def new_question(public_id: str, kind: str) -> ResponseReturnValue:
    """Add a question of a kind."""
    survey = draft_of(public_id)
    questionnaire = queries.get_questionnaire(survey)
    last = questionnaire.sections[-1].code
    form = _offer(
        _form_of(kind, {"section": request.args.get("section", "")[:20] or last}), survey, questionnaire
    )
    if "check" in request.form:
        return _question_page(survey, kind, form, None, Help(_hints_about(form)), status=200)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            question = commands.add_question(
                survey, form.draft(), section=form.section.data or "", by=current_actor()
            )
            sent.location = url_for(".show", public_id=public_id, _anchor=question.code)
        if sent.given:
            return sent.redirect()
    return _question_page(survey, kind, form, None)


@bp.route("/<public_id>/questions/<code>", methods=["GET", "POST"])
@requires("surveys.change")
def edit_question(public_id: str, code: str) -> ResponseReturnValue:
    """Change a question of a draft; what another person saved meanwhile is shown beside."""
    survey = draft_of(public_id)
    question = queries.get_question(survey, code)
    asked, questionnaire = queries.asked(question), queries.get_questionnaire(survey)
    kind = request.args.get("kind", asked.spec.kind)
    seen = queries.stamp_of_question(question)
    form = _offer(_form_of(kind, {**values_as(asked, kind), "seen": seen}), survey, questionnaire)
    form.know(asked, queries.codes_used_before(survey, question))
    if "check" in request.form:
        return _question_page(survey, kind, form, question, Help(_hints_about(form)), status=200)
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_question(
                    survey, code, form.draft(asked), seen=form.seen.data or "-", by=current_actor()
                )
                sent.location = url_for(".show", public_id=public_id, _anchor=code)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            return _stale(public_id, code, kind, form, conflict)
    return _question_page(survey, kind, form, question)


def _stale(
    public_id: str, code: str, kind: str, form: QuestionForm, conflict: Conflict
) -> ResponseReturnValue:
    survey = draft_of(public_id)
    question = queries.get_question(survey, code)
    theirs, mine = queries.asked(question), form.draft()
    form.form_errors.append(conflict.reason)
    form.seen.data = queries.stamp_of_question(question)
    both = Help(
        theirs=written_out(theirs.text, theirs.help, theirs.spec, theirs.easy),
        mine=written_out(mine.text, mine.help, mine.spec, mine.easy),
    )
    return _question_page(survey, kind, form, question, both, status=409)


@bp.post("/<public_id>/hints")
@requires("surveys.change")
def hints(public_id: str) -> str:
    """Give the hints about what was typed, for the page that is open."""
    draft_of(public_id)
    return render_template("surveys/desk/_hints.html", hints=_hints_about(QuestionForm()))


@bp.post("/<public_id>/arrange")
@requires("surveys.change")
def arrange(public_id: str) -> ResponseReturnValue:
    """Move a question or a section by one place: a button of the outline says "q3:up"."""
    survey = draft_of(public_id)
    code, _, where = request.form.get("move", "").partition(":")
    steps = {"up": -1, "down": 1}.get(where)
    if steps is None:
        raise Refused("どこへ動かすかを読み取れませんでした。")
    move = commands.move_section if code.startswith("s") else commands.move_question
    with transaction():
        move(survey, code, steps, by=current_actor())
    return redirect(url_for(".show", public_id=public_id, _anchor=code), 303)


@bp.route("/<public_id>/questions/<code>/place", methods=["GET", "POST"])
@requires("surveys.change")
def place_question(public_id: str, code: str) -> ResponseReturnValue:
    """Put a question elsewhere, copy it, or take it out."""
    survey = draft_of(public_id)
    question, questionnaire = queries.get_question(survey, code), queries.get_questionnaire(survey)
    form = PutForm().offer(_places(questionnaire, code))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            section, after = form.place()
            commands.put_question(survey, code, section, after, by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor=code)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/place.html",
        survey=survey,
        question=question,
        name=questionnaire.numbers().get(code, "説明"),
        form=form,
        plain=PlainForm(),
        used_by=users_of(questionnaire, code),
    )
    return rendered, form.status


@bp.post("/<public_id>/questions/<code>/copy")
@requires("surveys.change")
def copy_question(public_id: str, code: str) -> ResponseReturnValue:
    """Add a copy after a question, and open it."""
    form = PlainForm()
    with one_submission(form) as sent:
        copied = commands.copy_question(draft_of(public_id), code, by=current_actor())
        sent.location = url_for(".edit_question", public_id=public_id, code=copied.code)
    return _given(sent, form)


@bp.post("/<public_id>/questions/<code>/remove")
@requires("surveys.change")
def remove_question(public_id: str, code: str) -> ResponseReturnValue:
    """Take a question out of a draft."""
    with transaction():
        commands.remove_question(draft_of(public_id), code, by=current_actor())
    return redirect(url_for(".show", public_id=public_id, _anchor="questions"), 303)


def _given(sent: Any, form: PlainForm) -> ResponseReturnValue:
    if sent.given:
        answer: ResponseReturnValue = sent.redirect()
        return answer
    raise Refused(" ".join(form.form_errors))


def _form_of(kind: str, values: dict[str, Any] | None = None) -> QuestionForm:
    if kind not in QUESTION_FORMS:
        raise NotFound
    return QUESTION_FORMS[kind](data=values)


def _offer(form: QuestionForm, survey: Survey, questionnaire: Questionnaire) -> QuestionForm:
    names = section_names(questionnaire)
    sections = [(section.code, names[section.code]) for section in questionnaire.sections]
    images = queries.list_images(survey)
    pictures = [(image.public_id, f"{image.name}（{image.public_id}）") for image in images]
    if isinstance(form, PlaceForm):
        form.offer_places(queries.registered_places)
    return form.offer(sections, pictures, {image.public_id: image.text for image in images})


def _question_page(
    survey: Survey,
    kind: str,
    form: QuestionForm,
    question: Question | None,
    helped: Help | None = None,
    status: int | None = None,
) -> ResponseReturnValue:
    rendered = render_template(
        "surveys/desk/question.html",
        survey=survey,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        kinds=KIND_NAMES,
        form=form,
        question=question,
        helped=helped or Help(),
    )
    return rendered, status or form.status


def _hints_about(form: QuestionForm) -> list[tuple[str, str, list[Hint]]]:
    """Return (field, its name, hints) of what was typed, without the fields that are empty."""
    looked: list[tuple[Any, Callable[[str], list[Hint]]]] = [
        (form.text, official_hints),
        (form.help, official_hints),
    ]
    looked += [(field, _plain) for field in (form.easy_text, form.easy_help)]
    return [
        (field.id, field.label.text, look(field.data[:5_000])) for field, look in looked if field.data.strip()
    ]


def _plain(text: str) -> list[Hint]:
    return plain_hints(text, "easy")


def _places(questionnaire: Questionnaire, code: str) -> list[tuple[str, str]]:
    names, numbers = section_names(questionnaire), questionnaire.numbers()
    places = []
    for section in questionnaire.sections:
        places.append((section.code, f"{names[section.code]} の初め"))
        places += [
            (
                f"{section.code}-{question.code}",
                f"　{numbers.get(question.code, '説明')} {question.text[:24]} のあと",
            )
            for question in section.questions
            if question.code != code
        ]
    return places
