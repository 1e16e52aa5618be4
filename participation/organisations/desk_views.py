"""Pages for staff: the organisations of the community, their registration and confirmation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from participation.foundation.db import transaction
from participation.organisations import commands, queries
from participation.organisations.domain import KIND_NAMES
from participation.organisations.forms import OrganisationForm
from participation.places import queries as places
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("organisations_desk", __name__, url_prefix="/desk/organisations")


@bp.get("/")
@requires("organisations.register")
def index() -> str:
    """List the organisations."""
    return render_template(
        "organisations/desk/index.html", organisations=queries.list_organisations(), kind_names=KIND_NAMES
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("organisations.register")
def new() -> Response | tuple[str, int]:
    """Register an organisation."""
    form = OrganisationForm()
    form.district.choices = [("", "決まっていない"), *((str(d.id), d.name) for d in places.list_districts())]
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.register_organisation(form.draft(), by=current_actor())
            answer.location = url_for(".index")
        if answer.given:
            return answer.redirect()
    return render_template("organisations/desk/new.html", form=form), form.status


@bp.post("/<public_id>/confirm")
@requires("organisations.confirm")
def confirm(public_id: str) -> Response:
    """Note that the organisation was confirmed."""
    with transaction():
        commands.confirm_organisation(queries.get_organisation(public_id), by=current_actor())
    return redirect(url_for("people_desk.delegates", public_id=public_id), 303)
