"""The demo ward, played once for all workers; the tests of this folder only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from participation.app import create_app
from participation.demo import loading
from participation.foundation import clock
from participation.foundation.db import db
from tests.conftest import MOMENT
from tests.support.databases import FreshDatabase
from tests.support.sharing import made_once


@pytest.fixture(scope="session")
def _demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    fresh = FreshDatabase(tmp_path_factory.mktemp("demo-database"))
    files = tmp_path_factory.mktemp("demo-files")
    app = create_app(
        {
            "APP_ENV": "test",
            "DATA_DIR": str(files),
            "DATABASE_URL": fresh.url,
            "MAIL_TRANSPORT": "memory",
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
        }
    )
    app.testing = True

    def play() -> None:
        clock.stop_everywhere(MOMENT)
        fresh.make(app)
        with app.app_context():
            loading.load("meguro")
            db.session.remove()
            db.engine.dispose()

    def play_and_keep(folder: Path) -> None:
        play()
        shutil.copytree(fresh.folder, folder / "database")
        shutil.copytree(files, folder / "files")

    if fresh.server:
        play()
    else:
        kept = made_once(tmp_path_factory, "demo-played", play_and_keep)
        shutil.copytree(kept / "database", fresh.folder, dirs_exist_ok=True)
        shutil.copytree(kept / "files", files, dirs_exist_ok=True)
    yield app
    fresh.close()


@pytest.fixture
def demo_ward(_demo_app: Flask) -> Iterator[Flask]:
    """An application context in which the demo ward stands, on the day of loading."""
    clock.stop_everywhere(MOMENT)
    with _demo_app.app_context():
        yield _demo_app
        db.session.remove()
