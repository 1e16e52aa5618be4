"""A database that is put back to its beginning before each test.

SQLite: the file is copied back. PostgreSQL: rows are put back from a second schema (making the database
again from a template took ten times as long). Both take milliseconds, and tests may commit, fail and race as they like.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from participation.foundation import remembering
from participation.foundation.db import Base, db, transaction
from participation.web import change_probe
from tests.support import ward

#: Where PostgreSQL keeps the rows of the beginning.
START = "beginning"


class FreshDatabase:
    """The database of one test worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = os.environ.get("TEST_DATABASE_URL", "")
        self.name = f"test_{uuid.uuid4().hex[:12]}"
        #: Whether anything was committed since the beginning was last put back.
        self.is_changed = False
        if self.server:
            self._on_server(f'CREATE DATABASE "{self.name}"')
            self.url = make_url(self.server).set(database=self.name).render_as_string(hide_password=False)
        else:
            self.url = f"sqlite:///{folder / 'test.sqlite3'}"

    def make(self, app: Flask) -> None:
        """Make the tables and the ward's reference data, and keep them as the beginning."""
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction():
                ward.load(app)
            event.listen(db.engine, "commit", self._note_change)
            self._disconnect()
        if self.server:
            self._keep_rows()
        else:
            self._copy("test", "start")

    def restore(self, app: Flask) -> None:
        """Put the database back to its beginning, unless nothing was committed since."""
        with app.app_context():
            self._disconnect()
        app.extensions["page_cache"].clear()
        if not self.is_changed:
            return
        if self.server:
            self._put_rows_back()
        else:
            self._copy("start", "test")
        self.is_changed = False

    def close(self) -> None:
        """Remove the databases from the server."""
        if self.server:
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _keep_rows(self) -> None:
        with self._connected() as connection:
            connection.execute(text(f"CREATE SCHEMA {START}"))
            for name in Base.metadata.tables:
                connection.execute(text(f'CREATE TABLE {START}."{name}" AS TABLE public."{name}"'))
            counts = connection.execute(
                text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            ).all()
        # References are right again at the end; until then nobody asks.
        statements = ["SET LOCAL session_replication_role = replica"]
        for name, table in Base.metadata.tables.items():
            # By name: a database that a test migrated has its columns in another order.
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            statements.append(f'DELETE FROM public."{name}"')
            statements.append(
                f'INSERT INTO public."{name}" ({columns}) SELECT {columns} FROM {START}."{name}"'
            )
        for name, count in counts:
            was_used = count is not None
            statements.append(f"SELECT setval('public.\"{name}\"', {count if was_used else 1}, {was_used})")
        self._putting_back = ";".join(statements)

    def _put_rows_back(self) -> None:
        # Connections that threads of the last test left behind would be waited for.
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        with self._connected() as connection:
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
            for name in set(connection.scalars(text(tables))) - set(Base.metadata.tables):
                connection.execute(text(f'DROP TABLE public."{name}"'))  # Alembic's own.
            connection.exec_driver_sql(self._putting_back)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with create_engine(self.url, poolclass=NullPool).begin() as connection:
            yield connection

    def _note_change(self, _connection: object) -> None:
        self.is_changed = True

    def _disconnect(self) -> None:
        db.session.remove()
        db.engine.dispose()
        change_probe.reset()
        remembering.forget_all()

    def _copy(self, source: str, target: str) -> None:
        # SQLite's own backup goes through its locks: connections that threads still hold stay right.
        with (
            closing(sqlite3.connect(self.folder / f"{source}.sqlite3")) as old,
            closing(sqlite3.connect(self.folder / f"{target}.sqlite3")) as new,
        ):
            new.execute("PRAGMA synchronous=OFF")
            old.backup(new)

    def _on_server(self, *statements: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
