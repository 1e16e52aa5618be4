"""Who is asking: the log-in cookie holds a secret; the slice `people` knows whose it is.

The cookie carries nothing but 256 random bits. Deleting the row behind it ends the session in every
process at once; a copied cookie is worth nothing after that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Request, current_app, g
from flask_login import LoginManager
from werkzeug.wrappers import Response

from participation.foundation.ids import new_token

#: token hash → the account it belongs to (an object with as_actor()), or None.
Loader = Callable[[str], Any]


def init_app(app: Flask) -> None:
    """Set Flask-Login up to ask the loader for every request that carries the cookie."""
    manager = LoginManager()
    manager.session_protection = None  # The session is ours, not the signed cookie's.
    # Not manager.init_app(): it would look at the session for every file, to keep a remember-me cookie
    # that we do not have, and load the account for every template, error pages without a database too.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.request_loader(_load)
    manager.user_loader(lambda _id: None)  # Nobody is ever logged in by the signed cookie.


def use_loader(app: Flask, loader: Loader) -> None:
    """Say who knows whose a secret is (called by the slice `people`)."""
    app.extensions["identity_loader"] = loader


def hash_of(token: str) -> str:
    """Return the hash under which a secret is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_secret() -> tuple[str, str]:
    """Return a new secret and its hash."""
    token = new_token()
    return token, hash_of(token)


def give_cookie(response: Response, token: str, ends_at: datetime) -> None:
    """Put the log-in cookie on a response."""
    config = current_app.config
    response.set_cookie(
        config["LOGIN_COOKIE_NAME"],
        token,
        expires=ends_at,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def take_cookie(response: Response) -> None:
    """Remove the log-in cookie, and what the browser kept of pages read with it."""
    config = current_app.config
    response.delete_cookie(
        config["LOGIN_COOKIE_NAME"],
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def present_token_hash() -> str | None:
    """Return the hash of the secret that this request was recognised by, if it was."""
    hashed: str | None = g.get("login_token_hash")
    return hashed


def last_seen_at() -> datetime | None:
    """Return when the session of this request was last noted as used."""
    moment: datetime | None = g.get("login_seen_at")
    return moment


def _load(request: Request) -> Any:
    token = request.cookies.get(current_app.config["LOGIN_COOKIE_NAME"])
    if not token or not 20 <= len(token) <= 100:
        return None
    hashed = hash_of(token)
    account = current_app.extensions["identity_loader"](hashed)
    if account is not None:
        g.login_token_hash = hashed
        g.login_seen_at = account.last_seen_at
    return account
