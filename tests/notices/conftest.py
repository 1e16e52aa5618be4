"""Counting what a page asks the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from participation.foundation.db import db


@pytest.fixture
def queries_of(app: Flask) -> Callable[[Callable[[], object]], int]:
    """Count the SELECTs that an act makes."""

    def count(act: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    return count
