"""The signed cookie of a visit, and the token made of it."""

from __future__ import annotations

import pytest
from flask import session
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from participation.web import guest_session


def test_a_token_is_good_for_its_own_visit_only(app):
    with app.test_request_context("/"):
        token = guest_session.csrf_token(app, session)
        validate_csrf(token)
    with app.test_request_context("/"), pytest.raises(ValidationError):
        validate_csrf(token)


def test_a_visit_has_one_secret_however_many_tokens(app):
    with app.test_request_context("/"):
        for _ in range(2):
            validate_csrf(guest_session.csrf_token(app, session))
        first = session["csrf_token"]
        guest_session.csrf_token(app, session)
        assert session["csrf_token"] == first


def test_a_cookie_that_is_not_ours_carries_nothing(app):
    with app.test_request_context("/", headers={"Cookie": "guest=made-up.cookie"}) as request:
        assert not guest_session.open_for(app, request.request.environ)
