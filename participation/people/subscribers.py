"""What people does at start-up: it answers the web's question whose a session is, and notes that it is used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import Flask, Response
from sqlalchemy.exc import OperationalError

from participation.access.actors import system
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.jobs import queue, retention
from participation.people import commands, queries
from participation.people.domain import NEW_PASSWORD_JOB, NOTE_USE_OF_RESIDENTS, NOTE_USE_OF_STAFF
from participation.web import identity
from participation.web.access import current_actor

log = structlog.get_logger("people")


def register(app: Flask) -> None:
    """Tell the web who knows whose a session is; note the use of sessions after a request."""
    identity.use_loader(app, queries.find_account)
    app.after_request(_note_use)


@retention.kept_for("people.log_ins", 90, "ログインの失敗・終わったログイン・期限の切れたメールのリンク")
def _forget_log_ins(before: datetime) -> int:
    return commands.forget_log_ins(before, by=system("people"))


@retention.kept_for("people.invitations", 30, "担当者への招待のメールアドレス（招待の期限から）")
def _forget_invitations(before: datetime) -> int:
    return commands.forget_invitations(before, by=system("people"))


@queue.handler(NEW_PASSWORD_JOB)
def _mail_new_password_link(payload: dict[str, Any]) -> None:
    with transaction():
        commands.mail_new_password_link(payload["email"], by=system("people"))


def _note_use(response: Response) -> Response:
    token_hash = identity.present_token_hash()
    seen_at = identity.last_seen_at()
    if token_hash is None or seen_at is None:
        return response
    actor = current_actor()
    if clock.now() < seen_at + (NOTE_USE_OF_STAFF if actor.is_staff else NOTE_USE_OF_RESIDENTS):
        return response
    try:
        with transaction():
            commands.note_use(token_hash, by=actor)
    except OperationalError as error:
        # The page itself was read; a busy database only costs this note, and the next page tries again.
        log.warning("session use not noted", error=str(error)[:200])
    return response
