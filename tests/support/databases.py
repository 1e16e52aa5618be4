"""A database that is put back to its beginning before each test.

SQLite: the file is copied back. PostgreSQL: rows are put back from a second schema (making the database
again from a template took ten times as long). Both take milliseconds, and tests may commit, fail and race as they like.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url

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
            #: A connection of its own, which no test meets; to look into small tables needs no other processes.
            alone = {"options": "-c max_parallel_workers_per_gather=0"}
            self._own = create_engine(
                self.url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=alone
            )
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
            self._own.dispose()
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _keep_rows(self) -> None:
        with self._own.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {START}"))
            for name in Base.metadata.tables:
                connection.execute(text(f'CREATE TABLE {START}."{name}" AS TABLE public."{name}"'))
            counts = connection.execute(
                text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            ).all()
            self._as_they_were = self._looked(connection)
        self._begin = ";".join(
            # References are right again at the end; until then nobody asks.
            ["SET LOCAL session_replication_role = replica"]
            + [
                f"SELECT setval('public.\"{name}\"', {count or 1}, {count is not None})"
                for name, count in counts
            ]
        )

    def _put_rows_back(self) -> None:
        # Connections that threads of the last test left behind would be waited for.
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        with self._own.begin() as connection:
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
            for name in set(connection.scalars(text(tables))) - set(Base.metadata.tables):
                connection.execute(text(f'DROP TABLE public."{name}"'))  # Alembic's own.
            connection.exec_driver_sql(self._begin)
            found = self._looked(connection)
            for name in [name for name, rows in self._as_they_were.items() if found[name] != rows]:
                # By name: a database that a test migrated has its columns in another order.
                columns = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[name].columns)
                connection.exec_driver_sql(f'DELETE FROM public."{name}"')
                connection.exec_driver_sql(
                    f'INSERT INTO public."{name}" ({columns}) SELECT {columns} FROM {START}."{name}"'
                )
            if found != self._as_they_were:
                self._as_they_were = self._looked(connection)

    def _looked(self, connection: Connection) -> dict[str, tuple[int, int]]:
        """Return how many rows each table has, and the number of the newest writing: what differs was changed."""
        of_each = (
            f"SELECT '{name}', count(*), coalesce(max(xmin::text::bigint), 0) FROM public.\"{name}\""
            for name in Base.metadata.tables
        )
        # Planned once: that takes longer than looking.
        driver = connection.connection.driver_connection
        assert driver is not None
        rows = driver.execute(" UNION ALL ".join(of_each), prepare=True).fetchall()
        return {name: (count, newest) for name, count, newest in rows}

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
