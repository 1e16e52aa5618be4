"""Errors as pages: each kind of error is mapped to a status and a page here, once.

A form that could not be accepted is shown again with everything that was typed: nobody writes a
long opinion twice because a session had run out. Where sending again can help there is a button
for it; where it cannot (the call has closed) the words are there to be copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import structlog
from flask import Flask, Response, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from participation.access.rules import LOG_IN_FIRST
from participation.foundation.errors import AppError, Conflict, Denied, NotFound, Refused
from participation.web.access import current_actor
from participation.web.forms import FROM_MEMBER, NOT_TYPED
from participation.web.submissions import AlreadySent, SentWithOtherWords

log = structlog.get_logger("web")

STATUS = {NotFound: 404, Denied: 403, Refused: 422, Conflict: 409}
TITLES = {
    400: "送られた内容を読み取れませんでした",
    403: "このページは開けません",
    404: "ページが見つかりません",
    405: "このページは開けません",
    409: "ほかの人が先に変更しました",
    413: "送られた内容が大きすぎます",
    415: "送られた内容を読み取れませんでした",
    422: "このままでは受け付けられません",
    429: "しばらく待ってからお試しください",
    500: "サイトの側で問題が起きました",
    503: "ただいま混み合っています",
}
REASONS = {
    400: "入力した内容を確かめて、もう一度お試しください。",
    403: "このページを見る権限がありません。",
    404: "アドレスが変わったか、なくなった可能性があります。",
    405: "このアドレスでは、その操作はできません。",
    413: "文章を短くするか、添付を減らしてください。",
    415: "入力した内容を確かめて、もう一度お試しください。",
    429: "短い時間にたくさんの操作がありました。数分たってから、もう一度お試しください。",
    500: "ご不便をおかけします。時間をおいて、もう一度お試しください。",
    503: "少し待ってから、もう一度お試しください。",
}
#: What buttons, ids and days look like.
_CHOSEN = re.compile(r"[A-Za-z0-9_:-]*")
LOGGED_OUT = "書いているあいだに、ログインが切れました。まだ何も送られていません。"
#: What could not be read cannot be shown again.
UNREAD = frozenset({413, 415})
MAX_KEPT = 200


@dataclass(frozen=True)
class KeptField:
    """One field of a form that was not accepted, with what was typed."""

    name: str
    value: str

    @property
    def is_words(self) -> bool:
        """Whether somebody wrote this, rather than chose it."""
        return not _CHOSEN.fullmatch(self.value)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.before_request(_refuse_who_was_logged_out)
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(AlreadySent, _already_sent)
    app.register_error_handler(SentWithOtherWords, _sent_with_other_words)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OverflowError, _unstorable)
    app.register_error_handler(SecurityError, _another_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def error_page(
    status: int, reason: str | None = None, *, may_resend: bool = False, forged: bool = False
) -> Response:
    """Return the page of an error; a form that was sent is kept on it, unless another site sent it."""
    kept = _kept_fields() if request.method == "POST" and not forged and status not in UNREAD else []
    if not may_resend and not any(field.is_words for field in kept):
        kept = []  # A button was pressed: there is nothing to copy.
    template = "errors/kept.html" if kept else "errors/error.html"
    response = make_response(
        render_template(
            template,
            status=status,
            title=TITLES.get(status, TITLES[400 if status < 500 else 500]),
            reason=reason or REASONS.get(status, REASONS[400 if status < 500 else 500]),
            kept=kept,
            may_resend=may_resend,
            logged_out=reason in (LOG_IN_FIRST, LOGGED_OUT),
            address=request.full_path.rstrip("?"),
        ),
        status,
    )
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _app_error(error: AppError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return error_page(status, error.reason, may_resend=isinstance(error, Conflict) or _logged_out(error))


def _logged_out(error: AppError) -> bool:
    """Whether the log-in ended while somebody wrote: what they wrote can be sent once they are back."""
    return isinstance(error, Denied) and error.reason in (LOG_IN_FIRST, LOGGED_OUT)


def _refuse_who_was_logged_out() -> None:
    """Never take as a visitor's what somebody wrote as a member: they would not find it again as theirs."""
    if request.method == "POST" and FROM_MEMBER in request.form and current_actor().person_id is None:
        raise Denied(LOGGED_OUT)


def _csrf_error(_error: CSRFError) -> Response:
    reason = "画面を開いてから時間がたったため、送信を確認できませんでした。"
    next_step = (
        "内容は下に残っています。もう一度「送る」を押してください。"
        if _kept_fields()
        else "前の画面を開き直して、もう一度入力してください。"
    )
    return error_page(400, reason + next_step, may_resend=True)


def _already_sent(error: AlreadySent) -> BaseResponse:
    return redirect(error.location, 303)


def _sent_with_other_words(_error: SentWithOtherWords) -> Response:
    return error_page(
        422,
        "この画面からは、すでに別の内容を送っています。下の内容も新しく送る場合は、「送る」を押してください。",
        may_resend=True,
    )


def _database_away(error: Exception) -> Response:
    log.error("database away", error=str(error)[:300])
    return error_page(503, may_resend=True)


def _unstorable(error: Exception) -> Response:
    log.warning("unstorable input", error=type(error).__name__)
    if request.method in ("GET", "HEAD"):
        return error_page(404)
    return error_page(422, may_resend=True)


def _another_host(error: SecurityError) -> Response:
    """Answer a request for a host that is not ours in plain words: no page, since no address can be made for it."""
    log.warning("another host", error=str(error.description)[:200])
    words = f"{TITLES[400]}。このサイトのアドレスを確かめて、もう一度開いてください。\n"
    return Response(words, 400, content_type="text/plain; charset=utf-8")


def _http_error(error: HTTPException) -> BaseResponse | HTTPException:
    if error.code is None or error.code < 400:
        return error
    own_words = (
        error.description
        if error.code == 403 and error.description and not error.description.isascii()
        else None
    )
    response = error_page(error.code, own_words, may_resend=error.code == 429, forged=error.code == 403)
    if error.code == 405 and error.get_response().headers.get("Allow"):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", path=request.path, error=type(error).__name__)
    return error_page(500, may_resend=True)


def _kept_fields() -> list[KeptField]:
    """Return what was typed, to be shown again; nothing of a form with a password in it."""
    pairs = [(name, value) for name, values in request.form.lists() for value in values]
    if any("password" in name or name == "present" for name, _ in pairs):
        return []
    return [KeptField(name, value) for name, value in pairs if name not in NOT_TYPED and value][:MAX_KEPT]
