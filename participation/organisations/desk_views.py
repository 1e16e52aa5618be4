"""Pages for staff: the organisations of the community, their registration, confirmation and end."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participation.foundation import files
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.foundation.file_kinds import MEDIA_TYPES, kind_of
from participation.organisations import commands, queries
from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import FILE_ROOM, STATE_NAMES, kinds
from participation.organisations.forms import ConfirmForm, OrganisationForm, ReasonForm, organisation_form
from participation.web.access import current_actor, requires
from participation.web.downloads import locked_up
from participation.web.forms import LookForm, whole_number
from participation.web.submissions import one_submission

bp = Blueprint("organisations_desk", __name__, url_prefix="/desk/organisations")


@bp.get("/")
@requires("organisations.read_desk")
def index() -> str:
    """List the organisations, narrowed by kind, state and name."""
    known = {key: request.args.get(key, "")[:120] for key in ("kind", "state", "name")}
    found = queries.list_organisations(
        kind=known["kind"],
        state=known["state"],
        name=known["name"],
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    return render_template(
        "organisations/desk/index.html",
        found=found,
        known={key: value for key, value in known.items() if value},
        kinds=kinds(),
        states=STATE_NAMES,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("organisations.register")
def new() -> ResponseReturnValue:
    """Register an organisation."""
    form = OrganisationForm().offer()
    if form.validate_on_submit():

        def save(draft: OrganisationDraft) -> str:
            made = commands.register_organisation(draft, by=current_actor())
            return url_for("people_desk.delegates", public_id=made.public_id)

        if answer := form.hand_in(save):
            return answer
    return render_template("organisations/desk/new.html", form=form, kinds=kinds()), form.status


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("organisations.register")
def edit(public_id: str) -> ResponseReturnValue:
    """Change what is registered."""
    organisation = queries.get_organisation(public_id)
    form = (OrganisationForm() if request.method == "POST" else organisation_form(organisation)).offer()
    if form.validate_on_submit():

        def save(draft: OrganisationDraft) -> str:
            commands.change_organisation(organisation, draft, form.seen_version, by=current_actor())
            return url_for("people_desk.delegates", public_id=public_id)

        if answer := form.hand_in(save):
            return answer
    return render_template("organisations/desk/edit.html", form=form, organisation=organisation), form.status


@bp.route("/<public_id>/confirm", methods=["GET", "POST"])
@requires("organisations.confirm")
def confirm(public_id: str) -> ResponseReturnValue:
    """Note what was looked at and until when the confirmation holds; also a renewal."""
    organisation = queries.get_organisation(public_id)
    form = ConfirmForm(data={"until": queries.usual_end(organisation.kind)})
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.confirm_organisation(organisation, form.day(), form.note.data, by=current_actor())
            answer.location = url_for("people_desk.delegates", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return render_template(
        "organisations/desk/confirm.html",
        form=form,
        organisation=organisation,
        kind=kinds().get(organisation.kind),
    ), form.status


@bp.route("/<public_id>/contact", methods=["GET", "POST"])
@requires("organisations.look_at_contact")
def contact(public_id: str) -> ResponseReturnValue:
    """Who represents an organisation and how it is reached: shown once a reason is given, which stays on record."""
    organisation = queries.get_organisation(public_id)
    form, seen = LookForm(), None
    if form.validate_on_submit():
        with transaction():
            seen = commands.look_at_contact(organisation, form.reason.data, by=current_actor())
    page = render_template(
        "organisations/desk/contact.html", form=form, organisation=organisation, contact=seen
    )
    return page, 200 if seen else form.status


@bp.route("/<public_id>/return", methods=["GET", "POST"])
@requires("organisations.confirm")
def send_back(public_id: str) -> ResponseReturnValue:
    """Ask for corrections."""
    organisation = queries.get_organisation(public_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.return_organisation(organisation, form.reason.data, by=current_actor())
            answer.location = url_for("people_desk.delegates", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return render_template(
        "organisations/desk/reason.html", form=form, organisation=organisation, is_end=False
    ), form.status


@bp.route("/<public_id>/withdraw", methods=["GET", "POST"])
@requires("organisations.confirm")
def withdraw(public_id: str) -> ResponseReturnValue:
    """End the registration."""
    organisation = queries.get_organisation(public_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.withdraw_organisation(organisation, form.reason.data, by=current_actor())
            answer.location = url_for("people_desk.delegates", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return render_template(
        "organisations/desk/reason.html", form=form, organisation=organisation, is_end=True
    ), form.status


@bp.get("/<public_id>/rules")
@requires("organisations.confirm")
def rules(public_id: str) -> Response:
    """Give the rules that were handed in to a member of staff."""
    organisation = queries.get_organisation(public_id)
    if organisation.rules_sha256 is None:
        raise NotFound
    try:
        content = files.read(organisation.rules_sha256, FILE_ROOM)
    except files.Lost as lost:
        raise NotFound("規約のファイルが見つからないか、壊れています。管理者に知らせてください。") from lost
    kind = kind_of(content)
    name = f"attachment; filename*=UTF-8''{quote(organisation.rules_name, safe='')}"
    return locked_up(content, MEDIA_TYPES[kind] if kind else "application/octet-stream", name)
