"""Headers that every answer carries, and the refusal of forms sent from other sites."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request, session

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "manifest-src 'self'; media-src 'self'"
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()"
_EVERYWHERE = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS),
)
_OVER_HTTPS = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Check where unsafe requests come from; put the headers on every answer."""
    app.before_request(_refuse_other_sites)
    app.after_request(_put_headers)


def _refuse_other_sites() -> None:
    if request.method in UNSAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403, "ほかのサイトからの送信は受け付けていません。")


def of_every_answer(*, is_secure: bool) -> list[tuple[str, str]]:
    """Return what every page carries, whoever reads it."""
    return [*_EVERYWHERE, *(_OVER_HTTPS if is_secure else ()), ("Vary", "Cookie")]


def _put_headers(response: Response) -> Response:
    for name, value in (*_EVERYWHERE, *(_OVER_HTTPS if request.is_secure else ())):
        response.headers.setdefault(name, value)
    if g.get("is_static"):
        return response  # The same for every reader: the session is not even looked at.
    if "Cache-Control" not in response.headers or session.modified:
        response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response
