"""Health: is the process alive (/healthz), and can it serve (/readyz)."""

from __future__ import annotations

import threading
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from sqlalchemy import text

from participation.foundation.db import db
from participation.web.access import public

bp = Blueprint("health", __name__)

DEADLINE_SECONDS = 2.0


def init_app(app: Flask) -> None:
    """Add the two addresses."""
    app.register_blueprint(bp)


@bp.get("/healthz")
@public
def alive() -> tuple[str, int, dict[str, str]]:
    """Answer without touching the database."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@bp.get("/readyz")
@public
def ready() -> tuple[str, int, dict[str, str]]:
    """Answer 200 if the database answers in time and has the newest tables, else 503."""
    answers: list[str] = []
    app: Any = current_app
    thread = threading.Thread(target=_look, args=(app._get_current_object(), answers), daemon=True)
    thread.start()
    thread.join(DEADLINE_SECONDS)  # The database may hang; a health check may not.
    verdict = answers[0] if answers else "database does not answer"
    return f"{verdict}\n", 200 if verdict == "ok" else 503, {"Content-Type": "text/plain"}


def _look(app: Flask, answers: list[str]) -> None:
    with app.app_context():
        try:
            present = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        except Exception as error:  # Whatever it is, the answer is "not ready".
            answers.append(f"database: {type(error).__name__}")
            return
    config = Config()
    config.set_main_option("script_location", str(app.extensions["migrate"].directory))
    newest = ScriptDirectory.from_config(config).get_current_head()
    answers.append("ok" if present == newest else "migrations pending")
