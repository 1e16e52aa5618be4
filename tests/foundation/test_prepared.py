"""A prepared statement stores and finds what the same statement of SQLAlchemy does, on either database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select

from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.prepared import Prepared

_entries = AuditEntry.__table__
#: A chain that no process writes into: whoever loaded the ward wrote into one of its own number.
LANE = 99
ROW = {
    "at": datetime(2026, 11, 22, 5, 5, 1, 250_000, tzinfo=UTC),
    "person_id": None,
    "acted_as": "visitor",
    "action": "tests.prepare",
    "target_type": "tests",
    "target_id": 7,
    "changes": {"書いた": ["あ", 1, None]},
    "lane": LANE,
    "sequence": 1,
    "previous": "0" * 64,
    "hash": "f" * 64,
}


def test_values_are_stored_by_the_types_of_their_columns(app):
    with transaction():
        Prepared(insert(_entries).inline(), *ROW).run(db.session.connection(), ROW)
    stored = db.session.execute(select(_entries).where(_entries.c.lane == LANE)).mappings().one()
    assert {name: stored[name] for name in ROW} == ROW


def test_a_statement_is_put_into_words_once_and_sent_with_other_values(app):
    with transaction():
        connection = db.session.connection()
        put = Prepared(insert(_entries).inline(), *ROW)
        for sequence in (1, 2):
            put.run(connection, {**ROW, "sequence": sequence})
        find = Prepared(
            select(_entries.c.action).where(
                _entries.c.lane == LANE, _entries.c.sequence == bindparam("wanted")
            )
        )
        assert [find.run(connection, {"wanted": wanted}).scalar() for wanted in (1, 2, 3)] == [
            "tests.prepare",
            "tests.prepare",
            None,
        ]
        assert len(put._written) == 1
        read = Prepared(
            select(_entries.c.at, _entries.c.changes).where(
                _entries.c.sequence == bindparam("wanted"), _entries.c.lane == LANE
            )
        )
        assert read.one(connection, {"wanted": 1}) == (ROW["at"], ROW["changes"])
        assert read.one(connection, {"wanted": 9}) is None


def test_a_missing_value_and_an_insert_without_columns_are_errors_of_the_program(app):
    with pytest.raises(ValueError, match="which columns"):
        Prepared(insert(_entries))
    with transaction(), pytest.raises(KeyError):
        Prepared(insert(_entries).inline(), *ROW).run(db.session.connection(), {"lane": 3})
    listed = Prepared(select(_entries.c.id).where(_entries.c.id.in_([1, 2])))
    with pytest.raises(ValueError, match="fixed number"):
        listed.run(db.session.connection(), {})
