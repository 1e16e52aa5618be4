"""The door (受付): one field for the code, one for those without; nothing but numbers on the screen."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.gatherings import commands, queries
from participation.gatherings.desk_views.desk import bp
from participation.gatherings.domain import read_door_code
from participation.gatherings.forms import DoorForm, WalkInForm
from participation.gatherings.models import Gathering, Registration
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

UNKNOWN = "この番号の申し込みは見つかりません。QRコードをもう一度読み取るか、番号を確かめてください。"


@bp.get("/<public_id>/door")
@requires("gatherings.keep_door")
def door(public_id: str) -> ResponseReturnValue:
    """Show the door: how many came, and the field for the next code."""
    return _page(public_id)


@bp.post("/<public_id>/door/check-in")
@requires("gatherings.keep_door")
def check_in(public_id: str) -> ResponseReturnValue:
    """Take a registration, once."""
    form = DoorForm()
    if form.validate_on_submit():
        words = ""
        with one_submission(form) as sent:
            gathering = queries.get_gathering(public_id)
            found = _found(form.code.data)
            try:
                commands.check_in(found, gathering, by=current_actor())
            except Conflict as conflict:  # Taken before: said at the field, the door goes on.
                raise Refused(conflict.reason, field="code") from conflict
            words = f"申し込み{found.number}番、{found.people}人を受け付けました。"
            sent.location = url_for(".door", public_id=public_id)
        if sent.given:
            flash(words, "ok")
            return sent.redirect()
    return _page(public_id, form)


@bp.post("/<public_id>/door/walk-ins")
@requires("gatherings.keep_door")
def count_walk_ins(public_id: str) -> ResponseReturnValue:
    """Count who came without a registration."""
    form = WalkInForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering: Gathering = queries.get_gathering(public_id)
            commands.count_walk_ins(gathering, form.people.data or 0, by=current_actor())
            sent.location = url_for(".door", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, walk_in=form)


def _found(typed: str) -> Registration:
    given = read_door_code(typed)
    if given is None:
        raise Refused(UNKNOWN, field="code")
    try:
        found, _ = queries.get_registration(given[0])
    except NotFound as missing:
        raise Refused(UNKNOWN, field="code") from missing
    if not queries.holds(found, door=given[1]):
        raise Refused(UNKNOWN, field="code")
    return found


def _page(
    public_id: str, form: DoorForm | None = None, walk_in: WalkInForm | None = None
) -> ResponseReturnValue:
    desk = queries.show_desk(public_id)
    to_mend = form or walk_in
    rendered = render_template(
        "gatherings/desk/door.html",
        desk=desk,
        gathering=desk.gathering,
        form=form or DoorForm(formdata=None),
        walk_in=walk_in or WalkInForm(formdata=None),
        to_mend=to_mend,
        decision=access.can(current_actor(), "gatherings.keep_door", desk.gathering),
    )
    return rendered, to_mend.status if to_mend else 200
