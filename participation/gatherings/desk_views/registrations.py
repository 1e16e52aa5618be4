"""Registrations as staff see them: numbers; a look at one person, or at what is needed, is recorded."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.foundation.paging import Edge
from participation.gatherings import commands, queries
from participation.gatherings.desk_views.desk import bp
from participation.gatherings.domain import NEED_NAMES, REGISTRATION_NAMES, RegistrationDraft
from participation.gatherings.forms import PeopleForm, PlainForm, RegisterForm
from participation.web.access import current_actor, requires
from participation.web.forms import LookForm
from participation.web.submissions import one_submission


@bp.get("/<public_id>/registrations")
@requires("gatherings.read_desk")
def registrations(public_id: str) -> str:
    """List the registrations in the order in which they came: numbers, no names."""
    return _list(public_id, LookForm(formdata=None))


@bp.post("/<public_id>/needs")
@requires("gatherings.look_at_needs")
def look_at_needs(public_id: str) -> ResponseReturnValue:
    """Show what those who come need, without names; the look and its reason are recorded."""
    form, asked = LookForm(), None
    if form.validate():
        try:
            with transaction():
                gathering = queries.get_gathering(public_id)
                asked = commands.look_at_needs(gathering, form.reason.data, by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
    return _private(_list(public_id, form, asked), 422 if form.errors else 200)


@bp.route("/<public_id>/registrations/new", methods=["GET", "POST"])
@requires("gatherings.enter_registration")
def enter(public_id: str) -> ResponseReturnValue:
    """Enter a registration that came by telephone or at the counter."""
    desk, actor = queries.show_desk(public_id), current_actor()
    access.require(actor, "gatherings.enter_registration", desk.gathering)
    form = RegisterForm().offer(desk.gathering, with_code=True)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            made = commands.enter_registration(desk.gathering, form.draft(), by=actor)
            sent.location = url_for(".registration", registration_id=made.public_id)
        if sent.given:
            return sent.redirect()
    return render_template(
        "gatherings/desk/enter.html", desk=desk, gathering=desk.gathering, form=form
    ), form.status


@bp.route("/registrations/<registration_id>", methods=["GET", "POST"])
@requires("gatherings.read_desk")
def registration(registration_id: str) -> ResponseReturnValue:
    """Show one registration, and change how many come because they asked."""
    found, gathering = queries.get_registration(registration_id)
    form = PeopleForm(data={"people": found.people})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            draft = RegistrationDraft(form.people.data or 0)
            commands.change_registration(found, gathering, draft, False, by=current_actor())
            sent.location = url_for(".registration", registration_id=registration_id)
        if sent.given:
            return sent.redirect()
    return _page(registration_id, form), form.status


@bp.post("/registrations/<registration_id>/attendee")
@requires("gatherings.look_at_attendee")
def look_at_attendee(registration_id: str) -> ResponseReturnValue:
    """Show name and contact of who registered; the look and its reason are recorded."""
    form, attendee = LookForm(), None
    if form.validate():
        try:
            with transaction():
                found, _ = queries.get_registration(registration_id)
                attendee = commands.look_at_attendee(found, form.reason.data, by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if form.errors else 200
    return _private(_page(registration_id, look=form, attendee=attendee), status)


@bp.post("/registrations/<registration_id>/cancel")
@requires("gatherings.enter_registration")
def cancel_registration(registration_id: str) -> ResponseReturnValue:
    """Take a registration back because who registered asked for it."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found, gathering = queries.get_registration(registration_id)
            commands.cancel_registration(found, gathering, False, by=current_actor())
            sent.location = url_for(".registration", registration_id=registration_id)
        if sent.given:
            return sent.redirect()
    return _page(registration_id, form), 422


@bp.post("/registrations/<registration_id>/told")
@requires("gatherings.note_told")
def told(registration_id: str) -> ResponseReturnValue:
    """Note that somebody was told by telephone that they have a seat."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found, gathering = queries.get_registration(registration_id)
            commands.note_told(found, by=current_actor())
            sent.location = url_for(".registrations", public_id=gathering.public_id)
        if sent.given:
            return sent.redirect()
    return _page(registration_id, form), 422


def _list(public_id: str, form: LookForm, asked: commands.AskedNeeds | None = None) -> str:
    desk = queries.show_desk(public_id)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "gatherings/desk/registrations.html",
        desk=desk,
        gathering=desk.gathering,
        page=queries.list_registrations(desk.gathering, edge),
        names=REGISTRATION_NAMES,
        form=form,
        asked=asked,
        need_names=NEED_NAMES,
    )


def _page(
    registration_id: str, form: Any = None, *, look: LookForm | None = None, attendee: Any = None
) -> str:
    found, gathering = queries.get_registration(registration_id)
    return render_template(
        "gatherings/desk/registration.html",
        registration=found,
        gathering=gathering,
        state=REGISTRATION_NAMES[found.state],
        form=form if form is not None else look,
        people=form
        if isinstance(form, PeopleForm)
        else PeopleForm(formdata=None, data={"people": found.people}),
        look=look or LookForm(formdata=None),
        plain=PlainForm(formdata=None),
        attendee=attendee,
        needs="、".join(NEED_NAMES[each] for each in NEED_NAMES if each in attendee.needs)
        if attendee
        else "",
    )


def _private(rendered: str, status: int) -> Response:
    response = make_response(rendered, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
