"""Kept pages: a page made for one reader is served to the next until something public changes.

Only views marked so, and only answers of 200 that depend on nothing but the address. A kept page
carries the freshness stamp read before it was made; every hit compares it with the present one, so
a change is visible with the very next request. What belongs to one reader (tokens in forms, the
account in the header) is filled in when the page is served: no reader ever gets another's.

* :func:`cached_for_guests`: kept for those who are not logged in; others get a page of their own.
* :func:`kept_for_everybody`: the page says the same to all; it is made as for a visitor.

Whoever is not logged in gets a kept page from :class:`KeptPages`, in front of Flask: what Flask sets
up for a request costs more than such an answer. Everybody else, and every first time, goes through.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf

from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.ids import new_submission_id
from participation.web import change_probe, guest_session, headers
from participation.web.forms import CSRF_MARK, SUBMISSION_MARK

View = TypeVar("View", bound=Callable[..., Any])

MAX_BYTES = 64 * 1024 * 1024
MAX_ADDRESS = 500
ACCOUNT_MARK = "account-goes-here"
_CSRF_MARK = CSRF_MARK.encode()
_SUBMISSION_MARK = SUBMISSION_MARK.encode()
_ACCOUNT_MARK = ACCOUNT_MARK.encode()


@dataclass(frozen=True)
class KeptPage:
    """One page as it was made: its bytes, the stamp it was made under, and until when it holds."""

    #: With the account of nobody filled in: ready for guests.
    for_guests: bytes
    #: With the mark where the account goes.
    for_members: bytes
    content_type: str
    stamp: object
    expires_at: datetime | None
    etag: str
    has_forms: bool

    def is_fresh(self, stamp: object) -> bool:
        """Whether nothing changed since it was made, given the present stamp, and its time is not over."""
        return self.stamp == stamp and (self.expires_at is None or clock.now() < self.expires_at)


class PageCache:
    """The kept pages of this process, least recently used out first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._bytes = 0
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def get(self, address: str) -> KeptPage | None:
        """Return the page kept for this address, whether fresh or not."""
        with self._lock:
            page = self._pages.get(address)
            if page is not None:
                self._pages.move_to_end(address)
            return page

    def put(self, address: str, page: KeptPage) -> None:
        """Keep a page, dropping the ones least recently asked for if memory is short."""
        with self._lock:
            old = self._pages.pop(address, None)
            if old is not None:
                self._bytes -= _size(old)
            self._pages[address] = page
            self._bytes += _size(page)
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= _size(dropped)

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


def _size(page: KeptPage) -> int:
    return len(page.for_guests) + len(page.for_members)


def cached_for_guests(view: View) -> View:
    """Keep the pages of this view for guests. Put it under @public."""
    cast(Any, view).kept_for = "guests"
    return view


def kept_for_everybody(view: View) -> View:
    """Keep the pages of this view for all readers; it sees only a visitor. Put it under @public."""
    cast(Any, view).kept_for = "everybody"
    return view


def expires(moment: datetime | None) -> None:
    """Say that what this page shows changes by itself at `moment` (a deadline, midnight)."""
    if moment is not None:
        earliest = g.get("page_expires_at")
        g.page_expires_at = moment if earliest is None else min(earliest, moment)


def init_app(app: Flask) -> None:
    """Serve kept pages before anything else is done for a request."""
    app.extensions["page_cache"] = cache = PageCache()
    app.wsgi_app = KeptPages(app, cache)  # type: ignore[method-assign]
    app.before_request(_serve)
    app.after_request(_keep)
    app.jinja_env.globals["new_submission_id"] = submission_id
    app.jinja_env.globals["ACCOUNT_MARK"] = ACCOUNT_MARK


def csrf_token() -> str:
    """Return the CSRF token for a form, or its mark on a page that will be kept."""
    return CSRF_MARK if g.get("page_is_shared") else cast(str, generate_csrf())


def submission_id() -> str:
    """Return a new submission id for a form, or its mark on a page that will be kept."""
    return SUBMISSION_MARK if g.get("page_is_shared") else new_submission_id()


class KeptPages:
    """In front of the app (WSGI): answers those who are not logged in with the pages that are kept."""

    def __init__(self, app: Flask, cache: PageCache) -> None:
        self._app = app
        self._cache = cache
        self._inside: WSGIApplication = app.wsgi_app
        with app.app_context():
            self._engine = db.engine
        self._log_in_cookie = f"{app.config['LOGIN_COOKIE_NAME']}="

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the kept page, or let the app answer."""
        answer = self._inside
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and self._log_in_cookie not in environ.get(
            "HTTP_COOKIE", ""
        ):
            page = self._cache.get(_address(environ))
            if page is not None and page.is_fresh(self._stamp()):
                answer = self._answer_of(page, environ)
        return answer(environ, start_response)

    def _stamp(self) -> object:
        try:
            return change_probe.stamp(self._engine)
        except Exception:
            return None  # Is no page's stamp: the app meets the same trouble, and has a page for it.

    def _answer_of(self, page: KeptPage, environ: WSGIEnvironment) -> Response:
        carried = headers.of_every_answer(is_secure=environ["wsgi.url_scheme"] == "https")
        response = Response(page.for_guests, content_type=page.content_type, headers=carried)
        if page.has_forms:
            reader = guest_session.open_for(self._app, environ)
            response.set_data(_with_tokens(page.for_guests, guest_session.csrf_token(self._app, reader)))
            self._app.session_interface.save_session(self._app, reader, response)
        _let_keep(response, page, environ)
        return response


def _address(environ: WSGIEnvironment) -> str:
    """Return under which name a page is kept: all of its address, because a page may name any part of it."""
    named = (environ.get(part, "") for part in ("HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
    return " ".join((environ["wsgi.url_scheme"], *named))


def _is_shared() -> bool:
    if request.method not in ("GET", "HEAD") or request.endpoint is None:
        return False
    kept_for = getattr(current_app.view_functions.get(request.endpoint), "kept_for", None)
    if kept_for is None or len(request.full_path) > MAX_ADDRESS:
        return False
    return kept_for == "everybody" or not _has_log_in_cookie()


def _has_log_in_cookie() -> bool:
    return current_app.config["LOGIN_COOKIE_NAME"] in request.cookies


def _serve() -> Response | None:
    if not _is_shared():
        return None
    cache: PageCache = current_app.extensions["page_cache"]
    stamp = change_probe.stamp()
    page = cache.get(_address(request.environ))
    if page is not None and page.is_fresh(stamp):
        g.page_was_kept = True
        return _answer(page)
    g.page_is_shared = True
    g.page_stamp = stamp
    return None


def _keep(response: Response) -> Response:
    if not g.get("page_is_shared") or g.get("page_was_kept"):
        return response
    g.page_is_shared = False  # From here on it is about this reader.
    g.pop("actor", None)
    if response.direct_passthrough:
        return response
    body = response.get_data()
    page = KeptPage(
        for_guests=body.replace(_ACCOUNT_MARK, _account_of_nobody()),
        for_members=body,
        content_type=response.headers["Content-Type"],
        stamp=g.page_stamp,
        expires_at=g.get("page_expires_at"),
        etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
        has_forms=_CSRF_MARK in body or _SUBMISSION_MARK in body,
    )
    if response.status_code == 200 and request.method == "GET":
        current_app.extensions["page_cache"].put(_address(request.environ), page)
        return _answer(page)
    response.set_data(_fill_in(page, _has_log_in_cookie()))
    return response


def _answer(page: KeptPage) -> Response:
    personal = _has_log_in_cookie()
    response = make_response(_fill_in(page, personal))
    response.headers["Content-Type"] = page.content_type
    if personal:
        response.headers["Cache-Control"] = "private, no-store"
    else:
        _let_keep(response, page, request.environ)
    return response


def _let_keep(response: Response, page: KeptPage, environ: WSGIEnvironment) -> None:
    """Let the browser of somebody not logged in keep a page without forms, and ask whether it changed."""
    if page.has_forms:
        response.headers["Cache-Control"] = "private, no-store"
        return
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(environ)


def _fill_in(page: KeptPage, personal: bool) -> bytes:
    body = page.for_guests
    if personal and _ACCOUNT_MARK in page.for_members:
        body = page.for_members.replace(_ACCOUNT_MARK, render_template("layouts/_account.html").encode())
    if not page.has_forms:
        return body
    return _with_tokens(body, guest_session.csrf_token(current_app, session))


def _with_tokens(body: bytes, csrf: str) -> bytes:
    """Fill the reader's own tokens into the forms of a page."""
    body = body.replace(_CSRF_MARK, csrf.encode())
    first, *others = body.split(_SUBMISSION_MARK)
    filled = [first]
    for part in others:
        filled.extend((new_submission_id().encode(), part))
    return b"".join(filled)


def _account_of_nobody() -> bytes:
    known: bytes | None = current_app.extensions.get("account_of_nobody")
    if known is None:
        g.page_is_shared = True  # So that the actor is a visitor.
        g.page_shows_visitor = True
        known = render_template("layouts/_account.html").encode()
        g.page_is_shared = g.page_shows_visitor = False
        current_app.extensions["account_of_nobody"] = known
    return known
