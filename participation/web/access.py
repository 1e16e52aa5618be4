"""Access to views: every view says who may open it; one that does not say so is a defect (tested)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, redirect, request, session, url_for
from flask_login import current_user

from participation.access import actors, rules
from participation.access.actors import Actor
from participation.foundation.errors import Denied
from participation.foundation.ids import new_token

View = TypeVar("View", bound=Callable[..., Any])

_VISITOR = actors.visitor()
GUEST_KEY = "guest"
#: Where Flask-WTF keeps its secret in the session.
CSRF_KEY = "csrf_token"
NOT_FOR_STAFF = "これは区民が行う操作です。職員のアカウントではできません。"
LOG_IN_ENDPOINT = "people.log_in"


def public(view: View) -> View:
    """Declare that anybody may open this view."""
    cast(Any, view).access = "public"
    return view


def signed_in(view: View) -> View:
    """Declare that anybody with an account may open this view; others are asked to log in first."""
    return _guarded(view, "signed in", lambda actor: actor.person_id is not None or rules.LOG_IN_FIRST)


def requires(action: str) -> Callable[[View], View]:
    """Declare that only those whose role may ever do `action` may open this view."""

    def declare(view: View) -> View:
        def may_open(actor: Actor) -> bool | str:
            decision = rules.can_ever(actor, action)
            if not decision and actor.is_staff and rules.is_for_residents(action):
                return NOT_FOR_STAFF
            return True if decision else decision.reason

        return _guarded(view, action, may_open)

    return declare


def _guarded(view: View, access: str, may_open: Callable[[Actor], bool | str]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        actor = current_actor()
        answer = may_open(actor)
        if answer is True:
            return view(*args, **kwargs)
        if actor.person_id is None and request.method in ("GET", "HEAD"):
            return redirect(url_for(LOG_IN_ENDPOINT, next=request.full_path.rstrip("?")), 303)
        raise Denied(str(answer))

    cast(Any, guarded).access = access
    return cast(View, guarded)


def current_actor() -> Actor:
    """Return the actor of this request: the person logged in, or a visitor."""
    if g.get("page_is_shared"):
        return _VISITOR  # The page is made for many readers: it must not know this one.
    actor: Actor | None = g.get("actor")
    if actor is None:
        if current_user.is_authenticated:
            actor = cast(Actor, current_user.as_actor())
        else:
            actor = actors.visitor(session.get(GUEST_KEY))
        g.actor = actor
    return actor


def guest_key() -> str:
    """Return the key that recognises this visitor for the length of their visit, making one if needed.

    It is made of what the session has held since the form was opened: two clicks on one button, sent
    before either answer came, are then the same visitor's.
    """
    key = session.get(GUEST_KEY)
    if not isinstance(key, str):
        opened = session.get(CSRF_KEY)
        key = _key_made_of(opened) if isinstance(opened, str) else new_token()
        session[GUEST_KEY] = key
        session.permanent = True
        g.pop("actor", None)
    return key


def _key_made_of(opened: str) -> str:
    digest = hashlib.sha256(f"visitor:{opened}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def can(action: str, *things: Any) -> rules.Decision:
    """Return, for templates, whether the reader may do this, and why not."""
    return rules.can(current_actor(), action, *things)
