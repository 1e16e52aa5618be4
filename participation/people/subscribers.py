"""What people does at start-up: it answers the web's question whose a session is, and notes that it is used."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import Flask, Response
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.people import queries
from participation.people.models import LoginSession
from participation.web import identity

#: The moment of last use is noted this often: a page read must not cost a write.
NOTE_EVERY = timedelta(minutes=5)

log = structlog.get_logger("people")


def register(app: Flask) -> None:
    """Tell the web who knows whose a session is; note the use of sessions after a request."""
    identity.use_loader(app, queries.find_account)
    app.after_request(_note_use)


def _note_use(response: Response) -> Response:
    token_hash = identity.present_token_hash()
    seen_at = identity.last_seen_at()
    if token_hash is None or seen_at is None or clock.now() < seen_at + NOTE_EVERY:
        return response
    try:
        with transaction():
            db.session.execute(
                update(LoginSession)
                .where(LoginSession.token_hash == token_hash)
                .values(last_seen_at=clock.now())
            )
    except OperationalError as error:
        # The page itself was read; a busy database only costs this note, and the next page tries again.
        log.warning("session use not noted", error=str(error)[:200])
    return response
