"""The demo ward, played once into a database of its own; the tests of this folder only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from participation.app import create_app
from participation.demo import loading
from participation.foundation import clock
from participation.foundation.db import db
from tests.conftest import MOMENT
from tests.support.databases import FreshDatabase


@pytest.fixture(scope="session")
def _demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    fresh = FreshDatabase(tmp_path_factory.mktemp("demo-database"))
    app = create_app(
        {
            "APP_ENV": "test",
            "DATA_DIR": str(tmp_path_factory.mktemp("demo-data")),
            "DATABASE_URL": fresh.url,
            "MAIL_TRANSPORT": "memory",
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
        }
    )
    app.testing = True
    clock.stop_everywhere(MOMENT)
    fresh.make(app)
    with app.app_context():
        loading.load("meguro")
        db.session.remove()
        db.engine.dispose()
    yield app
    fresh.close()


@pytest.fixture
def demo_ward(_demo_app: Flask) -> Iterator[Flask]:
    """An application context in which the demo ward stands, on the day of loading."""
    clock.stop_everywhere(MOMENT)
    with _demo_app.app_context():
        yield _demo_app
        db.session.remove()
