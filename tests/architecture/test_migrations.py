"""The revisions (migrations/) make what the models say, guards included: Alembic itself does not compare those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.pool import NullPool

from participation.foundation.db import db
from tests.support.databases import FreshDatabase

#: What a migrated database has and the models do not: Alembic's own table.
OF_ALEMBIC = {"alembic_version"}


@pytest.fixture
def migrated(app, tmp_path, monkeypatch) -> Iterator[Engine]:
    """A database of its own that knows nothing but the revisions."""
    database = FreshDatabase(tmp_path)
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", database.url)
    upgrade()
    yield create_engine(database.url, poolclass=NullPool)
    database.close()


def plain(words: object) -> str:
    """Return SQL words without what differs in writing only: spaces, quotes, brackets."""
    return re.sub(r"[\s\"()]+", " ", str(words)).strip()


def described(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return table → everything that it holds its rows to."""
    seen = inspect(engine)
    return {
        name: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], plain(each["default"]))
                for each in seen.get_columns(name)
            },
            "primary key": seen.get_pk_constraint(name)["constrained_columns"],
            "references": sorted(
                (*each["constrained_columns"], each["referred_table"], *each["referred_columns"])
                for each in seen.get_foreign_keys(name)
            ),
            "unique": sorted(each["column_names"] for each in seen.get_unique_constraints(name)),
            "checks": sorted(
                (str(each["name"]), plain(each["sqltext"])) for each in seen.get_check_constraints(name)
            ),
            "indexes": sorted(
                (str(each["name"]), str(each["column_names"]), bool(each["unique"]))
                for each in seen.get_indexes(name)
            ),
        }
        for name in seen.get_table_names()
        if name not in OF_ALEMBIC
    }


def test_the_revisions_make_exactly_the_tables_of_the_models(app, migrated) -> None:
    made, meant = described(migrated), described(db.engine)
    assert sorted(made) == sorted(meant)
    for name in meant:
        assert made[name] == meant[name], name


def test_every_revision_can_be_taken_back(app, migrated) -> None:
    downgrade(revision="base")
    assert set(inspect(migrated).get_table_names()) <= OF_ALEMBIC
