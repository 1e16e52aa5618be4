"""Finding one's own 住区 by 町丁目 and block: by rules that are data; what they do not say is never guessed."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.people import commands as people_commands
from participation.people import queries as people
from participation.places.domain import OWN_FOLDER, find_place, read_place, read_town_rules
from participation.spaces import queries
from participation.spaces.domain import SpaceKind, code_of
from participation.spaces.forms import FindForm, PlainForm
from participation.spaces.views.pages import bp
from participation.web.access import current_actor, public, requires


@bp.get("/spaces/find")
@public
def find() -> ResponseReturnValue:
    """Find a 住区; works without an account. Where data is missing, the page says so."""
    actor = current_actor()
    form = FindForm(request.args, meta={"csrf": False})
    typed = form.town.data.strip()
    place = read_place(typed, form.block.data) if typed else None
    rules = read_town_rules(current_app.config["WARD"], _own_places())
    finding = find_place(rules, place) if place else None
    spaces = {space.code: space for space in queries.list_spaces()}
    own = queries.find_space_of_district(people.district_of(actor.person_id)) if actor.is_member else None
    return render_template(
        "spaces/find.html",
        form=form,
        typed=typed,
        finding=finding,
        found=spaces.get(finding.district_code) if finding else None,
        areas=[spaces[code_of(SpaceKind.AREA, code)] for code in finding.area_codes] if finding else [],
        districts=[space for space in spaces.values() if space.kind is SpaceKind.DISTRICT],
        has_whole_list=any(rule.district_code for rule in rules),
        own=own,
        plain=PlainForm() if actor.is_member else None,
    )


def _own_places() -> Path:
    return Path(current_app.config["DATA_DIR"]) / OWN_FOLDER


@bp.post("/spaces/<code>/own")
@requires("people.change_own")
def keep_own(code: str) -> ResponseReturnValue:
    """Remember the 住区 in one's own account."""
    space, form, actor = queries.get_space(code), PlainForm(), current_actor()
    if form.validate_on_submit():
        with transaction():
            person = people.get_by_id(actor.person_id or 0)
            people_commands.keep_own_district(person, space.district_id, by=actor)
        flash(f"{space.name}を、アカウントの設定に覚えました。", "success")
    return redirect(url_for(".show", code=code), 303)
