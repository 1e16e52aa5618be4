"""Making sections."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.desk_views.editor import draft_of
from participation.surveys.domain import END, Questionnaire, Section
from participation.surveys.domain.composing import section_names
from participation.surveys.domain.outline import outline_of
from participation.surveys.domain.packing import pack_jumps, stamp
from participation.surveys.forms import JumpForm, PlainForm, SectionForm, section_values
from participation.surveys.models import Survey
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/<public_id>/sections/new", methods=["GET", "POST"])
@requires("surveys.change")
def new_section(public_id: str) -> ResponseReturnValue:
    """Add a section."""
    survey = draft_of(public_id)
    form = SectionForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            section = commands.add_section(survey, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id, _anchor=section.code)
        if sent.given:
            return sent.redirect()
    return render_template("surveys/desk/section.html", survey=survey, form=form, name=None), form.status


@bp.route("/<public_id>/sections/<code>", methods=["GET", "POST"])
@requires("surveys.change")
def edit_section(public_id: str, code: str) -> ResponseReturnValue:
    """Change a section; what another person saved meanwhile is shown beside."""
    survey = draft_of(public_id)
    row, questionnaire = queries.get_section(survey, code), queries.get_questionnaire(survey)
    section = _find(questionnaire, code)
    form = SectionForm(data={**section_values(section), "seen": queries.stamp_of_section(row)})
    status, theirs = form.status, ""
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                seen = form.seen.data or "-"
                commands.change_section(survey, code, form.draft(section), seen=seen, by=current_actor())
                sent.location = url_for(".show", public_id=public_id, _anchor=code)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            row, status = queries.get_section(draft_of(public_id), code), 409
            theirs = f"{row.title or '（名前なし）'}\n\n{row.intro}"
            form.form_errors.append(conflict.reason)
            form.seen.data = queries.stamp_of_section(row)
    return _section_page(survey, questionnaire, section, form, theirs), status


@bp.post("/<public_id>/sections/<code>/remove")
@requires("surveys.change")
def remove_section(public_id: str, code: str) -> ResponseReturnValue:
    """Take a section out; its questions go to the one before."""
    with transaction():
        commands.remove_section(draft_of(public_id), code, by=current_actor())
    return redirect(url_for(".show", public_id=public_id, _anchor="questions"), 303)


@bp.route("/<public_id>/sections/<code>/jumps", methods=["GET", "POST"])
@requires("surveys.change")
def jumps(public_id: str, code: str) -> ResponseReturnValue:
    """Where the end of a section leads."""
    survey = draft_of(public_id)
    questionnaire = queries.get_questionnaire(survey)
    section = _find(questionnaire, code)
    form = JumpForm().offer(_later(questionnaire, code))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            number = commands.add_jump(survey, code, form.to.data, by=current_actor())
            sent.location = url_for(".condition", public_id=public_id, target=f"{code}-{number}")
        if sent.given:
            return sent.redirect()
    outline = next(each for each in outline_of(questionnaire).sections if each.section.code == code)
    rendered = render_template(
        "surveys/desk/jumps.html",
        survey=survey,
        section=section,
        outline=outline,
        form=form,
        plain=PlainForm(),
        seen=stamp({"jumps": pack_jumps(section.jumps)}),
    )
    return rendered, form.status


@bp.post("/<public_id>/sections/<code>/jumps/<int:number>/<any(up, out):where>/<seen>")
@requires("surveys.change")
def arrange_jump(public_id: str, code: str, number: int, where: str, seen: str) -> ResponseReturnValue:
    """Move a jump up, or take it out."""
    steps = -1 if where == "up" else None
    with transaction():
        commands.move_jump(draft_of(public_id), code, number, steps, seen=seen, by=current_actor())
    return redirect(url_for(".jumps", public_id=public_id, code=code), 303)


def _section_page(
    survey: Survey, questionnaire: Questionnaire, section: Section, form: SectionForm, theirs: str
) -> str:
    return render_template(
        "surveys/desk/section.html",
        survey=survey,
        form=form,
        section=section,
        name=section_names(questionnaire)[section.code],
        is_only=len(questionnaire.sections) == 1,
        plain=PlainForm(),
        theirs=theirs,
    )


def _find(questionnaire: Questionnaire, code: str) -> Section:
    found = next((section for section in questionnaire.sections if section.code == code), None)
    if found is None:
        raise NotFound
    return found


def _later(questionnaire: Questionnaire, code: str) -> list[tuple[str, str]]:
    names = section_names(questionnaire)
    codes = [section.code for section in questionnaire.sections]
    return [(each, names[each]) for each in [*codes[codes.index(code) + 1 :], END]]
