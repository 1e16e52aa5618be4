"""Fixtures: an application on a database of its own, as fresh for each test as if nothing had happened.

The database is made once a worker and copied back before each test that used it, so tests commit
for real and may use threads. SQLite by default; PostgreSQL when TEST_DATABASE_URL names a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from participation.app import create_app
from participation.foundation import clock as app_clock
from participation.foundation.db import db
from participation.mail.transports import MemoryTransport, transport_of
from tests.support.databases import FreshDatabase

#: One browser a worker, whoever asks for it: Playwright does not run twice in one process.
pytest_plugins = ("tests.support.browser",)

#: Files that take long begin first, so that no worker waits for another at the end.
LONG = (
    "test_every_page_at_the_desk.py",
    "test_every_page_of_the_demo_ward.py",
    "test_in_the_browser.py",
    "test_covered_words_are_nowhere.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the long files before all others."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


#: The moment at which the clock stands in tests: Sunday, 22 November of 令和8年, 14:05 in Tokyo.
MOMENT = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


class Clock:
    """The clock of a test: it stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment."""
        self.moment = moment
        app_clock.stop_everywhere(moment)

    def advance(self, by: timedelta) -> None:
        """Move the clock."""
        self.set(self.moment + by)


class Browser(FlaskClient):
    """A browser: every request begins from nothing, as in production, whatever context the test is in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = Context().run(super().open, *args, **kwargs)
        # What was sent is written to a file above half a megabyte: nobody else closes it.
        response.request.environ["wsgi.input"].close()
        if has_app_context():
            db.session.rollback()  # So that the test sees what the request stored.
        return response


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshDatabase]:
    folder: Path = tmp_path_factory.mktemp("database")
    fresh = FreshDatabase(folder)
    yield fresh
    fresh.close()


@pytest.fixture(scope="session")
def _app(database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(
        {
            "APP_ENV": "test",
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DATABASE_URL": database.url,
            "MAIL_TRANSPORT": "memory",
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
        }
    )
    app.testing = True
    app.test_client_class = Browser
    app_clock.stop_everywhere(MOMENT)
    database.make(app)
    yield app
    app_clock.stop_everywhere(None)


@pytest.fixture
def clock() -> Clock:
    return Clock(MOMENT)


@pytest.fixture
def app(_app: Flask, database: FreshDatabase, clock: Clock) -> Iterator[Flask]:
    """The application, on a database that holds only the ward's reference data."""
    database.restore(_app)
    _app.extensions.pop("mail", None)
    with _app.app_context():
        yield _app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without anybody logged in."""
    return app.test_client()


@pytest.fixture
def letters(app: Flask) -> list[dict[str, str]]:
    """The letters that were sent so far (call `drain()` of jobs.worker to have them sent)."""
    transport = transport_of(app)
    assert isinstance(transport, MemoryTransport)
    return transport.letters
