"""The signed cookie of a visit: what it carries is signed, and the CSRF token is made of it.

Pages kept in front of Flask need both without a request of Flask's, and every page needs them fast:
the serializers are made once, not twice a request as the libraries do.
"""

from __future__ import annotations

import secrets
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

FIELD = "csrf_token"
#: As Flask-WTF has it, which checks what is made here.
_SALT = "wtf-csrf-token"


class _Sessions(SecureCookieSessionInterface):
    """Flask's own sessions, with the serializer made once."""

    def __init__(self, app: Flask) -> None:
        self._signing = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        return self._signing


def init_app(app: Flask) -> None:
    """Let the app open and save the cookie so."""
    app.session_interface = _Sessions(app)
    app.extensions["csrf_serializer"] = URLSafeTimedSerializer(str(app.secret_key), salt=_SALT)


def open_for(app: Flask, environ: WSGIEnvironment) -> SessionMixin:
    """Return what the cookie of this request carries; empty if there is none, or not one of ours."""
    if "HTTP_COOKIE" not in environ:
        return SecureCookieSession()
    opened = app.session_interface.open_session(app, app.request_class(environ))
    if opened is None:
        raise RuntimeError("sessions need a secret key")
    return opened


def csrf_token(app: Flask, session: SessionMixin) -> str:
    """Return a token for the forms of whoever has this session, beginning one if needed."""
    if FIELD not in session:
        session[FIELD] = secrets.token_hex(20)
    serializer: Any = app.extensions["csrf_serializer"]
    return str(serializer.dumps(session[FIELD]))
