"""Health: alive without the database; ready only with it, in time, and with the newest tables."""

from __future__ import annotations

import threading

import pytest
from flask_migrate import stamp
from sqlalchemy.exc import OperationalError

from participation.foundation.db import db
from participation.web import health


@pytest.fixture
def alive_only(app, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("SELECT", {}, Exception("connection refused at 10.0.0.3"))

    monkeypatch.setattr(db.session, "scalar", away)
    return app.test_client()


def test_a_process_is_alive_without_its_database(alive_only):
    assert alive_only.get("/healthz").status_code == 200


def test_a_process_without_its_database_is_not_ready_and_says_nothing_secret(alive_only):
    answer = alive_only.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "database: OperationalError\n"


def test_a_database_with_the_newest_tables_is_ready(app, client):
    stamp(revision="head")
    assert client.get("/readyz").get_data(as_text=True) == "ok\n"


def test_a_database_that_waits_for_a_migration_is_not_ready(app, client):
    stamp(revision="head")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "migrations pending\n"


def test_a_database_that_hangs_does_not_hang_the_question(app, client, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(health, "DEADLINE_SECONDS", 0.05)
    monkeypatch.setattr(db.session, "scalar", lambda *_args: released.wait(5))
    try:
        answer = client.get("/readyz")
    finally:
        released.set()
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "database does not answer\n"
