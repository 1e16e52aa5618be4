"""Pages for administrators: the sets of 対応区分, their words, symbols and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for

from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do
from participation.replies.forms import DispositionForm
from participation.replies.queries import disposition_sets as asking
from participation.web.access import current_actor, requires
from participation.web.forms import Form


@bp.get("/dispositions")
@requires("replies.read")
def disposition_sets() -> str:
    """Show the sets."""
    return render_template("replies/desk/disposition_sets.html", lines=asking.list_sets())


@bp.get("/dispositions/<code>")
@requires("replies.read")
def disposition_set(code: str) -> Any:
    """Show a set with everything in it."""
    return _page(code)


@bp.post("/dispositions/<code>")
@requires("replies.edit_dispositions")
def add_disposition(code: str) -> Any:
    """Add a 対応区分."""
    form = DispositionForm()
    return _do(code, form, lambda: commands.add_disposition(code, form.draft(), by=current_actor())) or _page(
        code, form
    )


@bp.get("/dispositions/<code>/<which>")
@requires("replies.edit_dispositions")
def disposition(code: str, which: str) -> Any:
    """Show the form in which a 対応区分 is reworded."""
    return _edit_page(code, which, None)


@bp.post("/dispositions/<code>/<which>")
@requires("replies.edit_dispositions")
def edit_disposition(code: str, which: str) -> Any:
    """Reword a 対応区分 that was never used."""
    form = DispositionForm()
    return _do(
        code, form, lambda: commands.edit_disposition(code, which, form.draft(), by=current_actor())
    ) or _edit_page(code, which, form)


@bp.post("/dispositions/<code>/<which>/move")
@requires("replies.edit_dispositions")
def move_disposition(code: str, which: str) -> Any:
    """Move a 対応区分 up or down."""
    up = request.form.get("to") == "up"
    form = Form()
    return _do(
        code, form, lambda: commands.move_disposition(code, which, up=up, by=current_actor())
    ) or _page(code, form)


@bp.post("/dispositions/<code>/<which>/retire")
@requires("replies.edit_dispositions")
def retire_disposition(code: str, which: str) -> Any:
    """Offer a 対応区分 no longer."""
    form = Form()
    return _do(code, form, lambda: commands.retire_disposition(code, which, by=current_actor())) or _page(
        code, form
    )


@bp.post("/dispositions/<code>/<which>/restore")
@requires("replies.edit_dispositions")
def restore_disposition(code: str, which: str) -> Any:
    """Offer a 対応区分 again."""
    form = Form()
    return _do(code, form, lambda: commands.restore_disposition(code, which, by=current_actor())) or _page(
        code, form
    )


def _do(code: str, form: Form, act: Callable[[], object]) -> Any:
    return do(form, "", act, location=url_for(".disposition_set", code=code))


def _page(code: str, form: Form | None = None) -> Any:
    add_form = form if isinstance(form, DispositionForm) else DispositionForm(formdata=None)
    shown = asking.get_set(code)
    page = render_template("replies/desk/disposition_set.html", page=shown, form=form, add_form=add_form)
    return page, form.status if form is not None else 200


def _edit_page(code: str, which: str, form: DispositionForm | None) -> Any:
    shown = asking.get_set(code)
    line = shown.get(which)
    given = form or DispositionForm(formdata=None, obj=line)
    page = render_template("replies/desk/disposition.html", page=shown, line=line, form=given)
    return page, given.status
