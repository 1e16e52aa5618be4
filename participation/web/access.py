"""Access to views: every view says who may open it; one that does not say so is a defect (tested)."""

from __future__ import annotations

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
    """Return the key that recognises this visitor for the length of their visit, making one if needed."""
    key = session.get(GUEST_KEY)
    if not isinstance(key, str):
        key = session[GUEST_KEY] = new_token()
        session.permanent = True
        g.pop("actor", None)
    return key


def can(action: str, *things: Any) -> rules.Decision:
    """Return, for templates, whether the reader may do this, and why not."""
    return rules.can(current_actor(), action, *things)
