"""Registering, finding one's registration again by its secret link, changing and cancelling it."""

from __future__ import annotations

import segno
from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.errors import NotFound
from participation.gatherings import commands, queries
from participation.gatherings.domain import REGISTRATION_NAMES, Attendee, RegistrationDraft
from participation.gatherings.forms import PlainForm, RegisterForm
from participation.gatherings.models import Gathering, Registration
from participation.gatherings.views.pages import bp
from participation.web.access import current_actor, public
from participation.web.addresses import full_url
from participation.web.submissions import one_submission


@bp.route("/gatherings/<public_id>/register", methods=["GET", "POST"])
@public
def register(public_id: str) -> ResponseReturnValue:
    """Register for a gathering; no account is needed."""
    actor = current_actor()
    page = queries.show_gathering(public_id, actor)
    form = RegisterForm(data={"code": request.args.get("code", "")[:60]})
    form.offer(page.gathering, with_code=True)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            registration = commands.register_attendance(page.gathering, form.draft(), by=actor)
            sent.location = _link(registration)
        if sent.given:
            return sent.redirect()
    decision = access.can(actor, "gatherings.register", page.gathering)
    return render_template(
        "gatherings/register.html", page=page, gathering=page.gathering, form=form, decision=decision
    ), form.status


@bp.get("/gatherings/registrations/<public_id>/<secret>")
@public
def registration(public_id: str, secret: str) -> Response:
    """Show one's registration: whether there is a seat, and the code for the door."""
    found, gathering = _held(public_id, secret)
    address = full_url("gatherings.door", public_id=public_id, code=_door_code(found))
    return _private(
        render_template(
            "gatherings/registration.html",
            registration=found,
            gathering=gathering,
            page=queries.show_gathering(gathering.public_id, current_actor()),
            state=REGISTRATION_NAMES[found.state],
            door=address,
            picture=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
            secret=secret,
            link=full_url("gatherings.registration", public_id=public_id, secret=secret),
            form=PlainForm(formdata=None),
            decision=access.can(current_actor(), "gatherings.change_registration", gathering, found, True),
        )
    )


@bp.route("/gatherings/registrations/<public_id>/<secret>/change", methods=["GET", "POST"])
@public
def change(public_id: str, secret: str) -> ResponseReturnValue:
    """Change how many come, how to reach them, what they need."""
    found, gathering = _held(public_id, secret)
    form = RegisterForm(data=_values(found, queries.attendee_of(found))).offer(gathering, with_code=False)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            draft: RegistrationDraft = form.draft()
            commands.change_registration(found, gathering, draft, True, by=current_actor())
            sent.location = _link(found)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "gatherings/change.html", registration=found, gathering=gathering, form=form, secret=secret
    )
    return _private(rendered, form.status)


@bp.post("/gatherings/registrations/<public_id>/<secret>/cancel")
@public
def cancel(public_id: str, secret: str) -> ResponseReturnValue:
    """Take a registration back."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found, gathering = _held(public_id, secret)
            commands.cancel_registration(found, gathering, True, by=current_actor())
            sent.location = _link(found)
        if sent.given:
            return sent.redirect()
    return registration(public_id, secret), 422


@bp.get("/gatherings/door/<public_id>/<code>")
@public
def door(public_id: str, code: str) -> Response:
    """What the code of a registration opens: for staff the way to take it, for others a word about it."""
    found, gathering = queries.get_registration(public_id)
    if not queries.holds(found, door=code):
        raise NotFound
    return _private(
        render_template(
            "gatherings/door.html",
            gathering=gathering,
            registration=found,
            given=f"{public_id}-{code}",
            form=PlainForm(formdata=None),
        )
    )


def _held(public_id: str, secret: str) -> tuple[Registration, Gathering]:
    found, gathering = queries.get_registration(public_id)
    if not queries.holds(found, secret):
        raise NotFound
    return found, gathering


def _link(found: Registration) -> str:
    secret, _ = queries.registration_secrets(found)
    return url_for("gatherings.registration", public_id=found.public_id, secret=secret)


def _door_code(found: Registration) -> str:
    return queries.registration_secrets(found)[1]


def _values(found: Registration, attendee: Attendee) -> dict[str, object]:
    return {**attendee.as_dict(), "people": found.people}


def _private(rendered: str, status: int = 200) -> Response:
    response = make_response(rendered, status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
