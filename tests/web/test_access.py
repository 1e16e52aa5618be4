"""Doors: every view says who may open it; others are led to log in, or told why not."""

from __future__ import annotations

import pytest
from flask import Blueprint, g, session

from participation.access.actors import Role
from participation.foundation.errors import Denied
from participation.web import access
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

bp = Blueprint("doors", __name__)


@bp.route("/doors/signed-in", methods=["GET", "POST"])
@access.signed_in
def for_members():
    return f"open to {access.current_actor().name}"


@bp.route("/doors/staff", methods=["GET", "POST"])
@access.requires("people.list_staff")
def for_administrators():
    return "open"


@bp.get("/doors/key")
@access.public
def key():
    return f"{access.guest_key()} {access.guest_key()} {access.current_actor().guest_key}"


@pytest.fixture
def client(app):
    if "doors" not in app.blueprints:
        app._got_first_request = False
        app.register_blueprint(bp)
    return app.test_client()


def test_every_view_of_the_site_declares_its_access(app):
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "access")
    ]
    assert silent == []


def test_a_visitor_is_led_to_log_in_and_back(client):
    answer = client.get("/doors/signed-in?page=2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/log-in?next=/doors/signed-in?page%3D2"


@pytest.mark.parametrize("path", ["/doors/signed-in", "/doors/staff"])
def test_a_form_of_a_visitor_is_refused_instead_of_lost_on_the_way(app, client, path):
    with app.test_request_context(path, method="POST"), pytest.raises(Denied):
        app.view_functions["doors.for_members" if "signed" in path else "doors.for_administrators"]()


def test_a_resident_enters_as_themselves(client):
    log_in(client, a_resident("かもめ"))
    assert client.get("/doors/signed-in").get_data(as_text=True) == "open to かもめ"


def test_a_resident_at_a_door_for_staff_is_told_no(client):
    log_in(client, a_resident())
    answer = client.get("/doors/staff")
    assert answer.status_code == 403
    assert "このページは開けません" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.AUDITOR, 200), (Role.EDITOR, 403)]
)
def test_staff_enter_by_their_role(client, role, status):
    log_in(client, a_member_of_staff(role))
    assert client.get("/doors/staff").status_code == status


def test_a_visitor_is_recognised_within_one_visit_only(app, client):
    first, again, own = client.get("/doors/key").get_data(as_text=True).split()
    assert first == again == own
    assert client.get("/doors/key").get_data(as_text=True).split()[0] == first
    assert app.test_client().get("/doors/key").get_data(as_text=True).split()[0] != first


def test_a_forged_key_that_is_no_text_is_replaced(app):
    with app.test_request_context("/"):
        session[access.GUEST_KEY] = {"is": "no key"}
        assert isinstance(access.guest_key(), str)


def test_on_a_page_made_for_many_readers_everybody_is_a_visitor(app):
    person = a_resident()
    with app.test_request_context("/"):
        g.actor = actor_of(person)
        g.page_is_shared = True
        assert access.current_actor().person_id is None


def test_templates_learn_whether_and_why_not(app):
    with app.test_request_context("/"):
        decision = access.can("people.list_staff")
        assert not decision
        assert decision.reason


def test_staff_at_a_door_for_residents_are_told_why_it_is_not_theirs(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    answer = client.get("/consultations/residents-voice/follow")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "職員のアカウントではできません" in text
