"""Staff pages of a map's statements: seed, look at what was offered, show, remove, merge."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.opinion_map import commands, queries
from participation.opinion_map.desk_views.desk import bp
from participation.opinion_map.domain.maps import STATEMENT_STATUS_NAMES, StatementStatus
from participation.opinion_map.forms import MergeForm, PlainForm, RemoveForm, SeedForm
from participation.opinion_map.models import OpinionMap
from participation.web.access import current_actor, requires
from participation.web.forms import Form
from participation.web.submissions import one_submission

#: A page shows so many statements.
PAGE = 40


@bp.route("/<public_id>/statements", methods=["GET", "POST"])
@requires("opinion_map.read_desk")
def statements(public_id: str) -> ResponseReturnValue:
    """The statements in one state; more can be seeded here."""
    opinion_map, form = queries.get_map(public_id), SeedForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.seed_statements(opinion_map, form.lines, by=current_actor())
            sent.location = url_for(".statements", public_id=public_id, state="shown")
        if sent.given:
            return sent.redirect()
    return _page_of(opinion_map, form), form.status


@bp.get("/<public_id>/statements/<statement_id>")
@requires("opinion_map.read_desk")
def statement(public_id: str, statement_id: str) -> ResponseReturnValue:
    """One statement: its counts, and what can be decided about it."""
    opinion_map = queries.get_map(public_id)
    return _statement_page(opinion_map, statement_id, RemoveForm(formdata=None), MergeForm(formdata=None))


@bp.post("/<public_id>/statements/<statement_id>/show")
@requires("opinion_map.decide_statement")
def show_statement(public_id: str, statement_id: str) -> ResponseReturnValue:
    """Let people be asked."""
    opinion_map = queries.get_map(public_id)
    with transaction():
        commands.show_statement(queries.get_statement(opinion_map, statement_id), by=current_actor())
    return redirect(url_for(".statements", public_id=public_id, state=request.args.get("state")), 303)


@bp.post("/<public_id>/statements/<statement_id>/remove")
@requires("opinion_map.decide_statement")
def remove_statement(public_id: str, statement_id: str) -> ResponseReturnValue:
    """Ask nobody any more."""
    opinion_map, form = queries.get_map(public_id), RemoveForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found = queries.get_statement(opinion_map, statement_id)
            commands.remove_statement(found, form.reason.data, by=current_actor())
            sent.location = url_for(".statements", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _statement_page(opinion_map, statement_id, form, MergeForm(formdata=None)), form.status


@bp.post("/<public_id>/statements/<statement_id>/merge")
@requires("opinion_map.decide_statement")
def merge_statement(public_id: str, statement_id: str) -> ResponseReturnValue:
    """Merge into another that says the same."""
    opinion_map, form = queries.get_map(public_id), MergeForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found = queries.get_statement(opinion_map, statement_id)
            commands.merge_statement(found, form.target, by=current_actor())
            sent.location = url_for(".statements", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _statement_page(opinion_map, statement_id, RemoveForm(formdata=None), form), form.status


def _page_of(opinion_map: OpinionMap, form: SeedForm) -> str:
    counts = queries.count_statements(opinion_map)
    asked = request.args.get("state", "")
    usual = StatementStatus.WAITING if counts.get(StatementStatus.WAITING) else StatementStatus.SHOWN
    state = StatementStatus(asked) if asked in set(StatementStatus) else usual
    start = max(request.args.get("from", 0, type=int), 0)
    rows = queries.list_statement_rows(opinion_map, state)
    return render_template(
        "opinion_map/desk/statements.html",
        map=opinion_map,
        rows=rows[start : start + PAGE],
        start=start,
        page=PAGE,
        total=len(rows),
        state=state,
        names=STATEMENT_STATUS_NAMES,
        counts=counts,
        form=form,
        plain=PlainForm(formdata=None),
    )


def _statement_page(opinion_map: OpinionMap, statement_id: str, remove: Form, merge: Form) -> str:
    found = queries.get_statement(opinion_map, statement_id)
    row = next(each for each in queries.list_statement_rows(opinion_map) if each.statement.id == found.id)
    return render_template(
        "opinion_map/desk/statement.html",
        map=opinion_map,
        row=row,
        names=STATEMENT_STATUS_NAMES,
        remove=remove,
        merge=merge,
        plain=PlainForm(formdata=None),
    )
