"""Asking the database, as cheaply as it can be asked, whether anything public changed.

One plain connection a thread, outside of any transaction: on SQLite the question costs some twenty
microseconds. Counters only grow, so their sum alone says whether one of them moved: one row is
fetched with fewer changes of threads than several.
"""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Engine

from participation.foundation.db import db

QUESTION = "SELECT sum(version) FROM freshness"

_own = threading.local()
_generation = 0


def stamp(engine: Engine | None = None) -> tuple[Any, ...]:
    """Return a stamp that differs after every public change; raises what the driver raises when the database is away."""
    engine = engine or db.engine
    try:
        return _ask(engine)
    except Exception:
        # The connection may simply have gone stale (database restarted): once more with a new one.
        _close()
        return _ask(engine)


def reset() -> None:
    """Make every thread open a new connection at its next question (the database was replaced)."""
    global _generation
    _generation += 1


def _ask(engine: Engine) -> tuple[Any, ...]:
    if getattr(_own, "generation", None) != (id(engine), _generation):
        _close()
        # Taken out of the pool for good: it lives as long as its thread.
        fairy = engine.raw_connection()
        connection = fairy.driver_connection
        fairy.detach()
        if engine.dialect.name == "postgresql":
            connection.autocommit = True  # type: ignore[union-attr]
        _own.connection = connection
        _own.generation = (id(engine), _generation)
    cursor = _own.connection.cursor()
    try:
        cursor.execute(QUESTION)
        return tuple(cursor.fetchone())
    finally:
        cursor.close()


def _close() -> None:
    connection = getattr(_own, "connection", None)
    _own.__dict__.clear()
    if connection is not None:
        connection.close()
