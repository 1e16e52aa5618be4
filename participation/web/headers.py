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
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Check where unsafe requests come from; put the headers on every answer."""
    app.before_request(_refuse_other_sites)
    app.after_request(_put_headers)


def _refuse_other_sites() -> None:
    if request.method in UNSAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403, "ほかのサイトからの送信は受け付けていません。")


def put_on(response: Response, *, is_secure: bool) -> None:
    """Put on what every answer carries, whoever reads it."""
    headers = response.headers
    for name, value in _EVERYWHERE:
        headers.setdefault(name, value)
    if is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def _put_headers(response: Response) -> Response:
    put_on(response, is_secure=request.is_secure)
    if g.get("is_static"):
        return response  # The same for every reader: the session is not even looked at.
    if "Cache-Control" not in response.headers or session.modified:
        response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response
