"""Kept pages: a page made for one guest is served to the next until something public changes.

Only views marked :func:`cached_for_guests`, only readers who are not logged in, only answers of 200
that depend on nothing but the address. A kept page carries the freshness stamp read before it was
made; every hit compares it with the present one, so a change is visible with the very next request.
Tokens inside a page are filled in when it is served: no reader ever gets another's.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import generate_csrf

from participation.foundation import clock
from participation.foundation.ids import new_submission_id
from participation.web import change_probe
from participation.web.forms import CSRF_MARK, SUBMISSION_MARK

View = TypeVar("View", bound=Callable[..., Any])

MAX_BYTES = 64 * 1024 * 1024
MAX_ADDRESS = 500
_CSRF_MARK = CSRF_MARK.encode()
_SUBMISSION_MARK = SUBMISSION_MARK.encode()


@dataclass(frozen=True)
class KeptPage:
    """One page as it was made: its bytes, the stamp it was made under, and until when it holds."""

    body: bytes
    content_type: str
    stamp: object
    expires_at: datetime | None
    etag: str
    has_marks: bool


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
                self._bytes -= len(old.body)
            self._pages[address] = page
            self._bytes += len(page.body)
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


def cached_for_guests(view: View) -> View:
    """Keep the pages of this view for guests. Put it under @public."""
    cast(Any, view).cached_for_guests = True
    return view


def expires(moment: datetime | None) -> None:
    """Say that what this page shows changes by itself at `moment` (a deadline, midnight)."""
    if moment is not None:
        earliest = g.get("page_expires_at")
        g.page_expires_at = moment if earliest is None else min(earliest, moment)


def init_app(app: Flask) -> None:
    """Serve kept pages before anything else is done for a request."""
    app.extensions["page_cache"] = PageCache()
    app.before_request(_serve)
    app.after_request(_keep)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["new_submission_id"] = submission_id


def csrf_token() -> str:
    """Return the CSRF token for a form, or its mark on a page that will be kept."""
    return CSRF_MARK if g.get("page_is_shared") else cast(str, generate_csrf())


def submission_id() -> str:
    """Return a new submission id for a form, or its mark on a page that will be kept."""
    return SUBMISSION_MARK if g.get("page_is_shared") else new_submission_id()


def _is_shared() -> bool:
    if request.method not in ("GET", "HEAD") or request.endpoint is None:
        return False
    view = current_app.view_functions.get(request.endpoint)
    return (
        getattr(view, "cached_for_guests", False)
        and current_app.config["LOGIN_COOKIE_NAME"] not in request.cookies
        and len(request.full_path) <= MAX_ADDRESS
    )


def _serve() -> Response | None:
    if not _is_shared():
        return None
    cache: PageCache = current_app.extensions["page_cache"]
    stamp = change_probe.stamp()
    page = cache.get(request.full_path)
    if (
        page is not None
        and page.stamp == stamp
        and (page.expires_at is None or clock.now() < page.expires_at)
    ):
        g.page_was_kept = True
        return _answer(page)
    g.page_is_shared = True
    g.page_stamp = stamp
    return None


def _keep(response: Response) -> Response:
    if not g.get("page_is_shared") or g.get("page_was_kept"):
        return response
    if response.status_code != 200 or response.direct_passthrough or request.method == "HEAD":
        return _answer_unkept(response)
    body = response.get_data()
    page = KeptPage(
        body=body,
        content_type=response.headers["Content-Type"],
        stamp=g.page_stamp,
        expires_at=g.get("page_expires_at"),
        etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
        has_marks=_CSRF_MARK in body or _SUBMISSION_MARK in body,
    )
    current_app.extensions["page_cache"].put(request.full_path, page)
    return _answer(page)


def _answer_unkept(response: Response) -> Response:
    if not response.direct_passthrough:
        response.set_data(_fill_in(response.get_data()))
    return response


def _answer(page: KeptPage) -> Response:
    if page.has_marks:
        response = make_response(_fill_in(page.body))
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response = make_response(page.body)
        response.set_etag(page.etag)
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
    response.headers["Content-Type"] = page.content_type
    return response


def _fill_in(body: bytes) -> bytes:
    if _CSRF_MARK in body:
        body = body.replace(_CSRF_MARK, cast(str, generate_csrf()).encode())
    if _SUBMISSION_MARK in body:
        parts = body.split(_SUBMISSION_MARK)
        filled = [parts[0]]
        for part in parts[1:]:
            filled.extend((new_submission_id().encode(), part))
        body = b"".join(filled)
    return body
