"""Who is asking: a cookie of random bits, worth exactly as long as its row stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Response
from sqlalchemy import delete

from participation.app import create_app
from participation.foundation.db import db, transaction
from participation.foundation.ids import new_token
from participation.people.models import LoginSession
from participation.web import identity
from tests.support.people import a_resident, log_in


def test_a_secret_is_long_and_stored_as_its_hash_only():
    token, token_hash = identity.new_secret()
    assert len(token) >= 43
    assert token_hash == identity.hash_of(token)
    assert token not in token_hash


def test_the_cookie_opens_the_account_until_its_row_is_gone(client):
    log_in(client, a_resident())
    assert client.get("/account").status_code == 200
    with transaction():
        db.session.execute(delete(LoginSession))
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    "cookie", ["", "short", "x" * 101, "x" * 43, "'; DROP TABLE persons; --" * 2, "あ" * 30]
)
def test_a_made_up_cookie_is_a_visitor_and_no_error(client, cookie):
    client.set_cookie("sid", cookie)
    assert client.get("/account").status_code == 303


def test_the_signed_cookie_alone_never_logs_anybody_in(client):
    person = a_resident()
    with client.session_transaction() as session:
        session["_user_id"] = person.public_id
        session["_fresh"] = True
    assert client.get("/account").status_code == 303


def test_the_log_in_cookie_is_kept_from_scripts_and_other_sites(app, clock):
    response = Response()
    identity.give_cookie(response, new_token(), clock.moment + timedelta(days=90))
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie, "over plain http on one's own machine a Secure cookie would be lost"


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path, clock):
    app = create_app({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://example.jp"})
    response = Response()
    with app.app_context():
        identity.give_cookie(response, new_token(), clock.moment + timedelta(days=1))
    assert response.headers["Set-Cookie"].startswith("__Host-sid=")
    assert "Secure" in response.headers["Set-Cookie"]


def test_logging_out_takes_the_cookie_and_what_the_browser_kept(app):
    response = Response()
    identity.take_cookie(response)
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert response.headers["Clear-Site-Data"] == '"cache"'
