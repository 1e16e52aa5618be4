"""How migrations run: on an engine of their own, all or nothing.

On SQLite, Alembic rebuilds a changed table; with foreign keys on, dropping the old one would delete
every row that points to it, without an error (reliability.md, defect 5). So they are off here, the
whole run is one transaction, and at its end every reference is checked and no table may have lost rows.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from participation.foundation.db import Base, UTCDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our moment type as the plain one: a migration must not import the application."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def migration_engine() -> Any:
    """Return the engine that migrations run on."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, poolclass=NullPool, connect_args={"options": "-c lock_timeout=3000 -c timezone=UTC"}
        )
    engine = create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=8000", "journal_mode=WAL", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")

    return engine


def rows_per_table(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
        for name in inspect(connection).get_table_names()
        if name != "alembic_version"
    }


def run_online() -> None:
    """Run in one transaction, and refuse to end with a broken reference or a lost row."""
    with migration_engine().connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with connection.begin():
            before = rows_per_table(connection) if sqlite else {}
            context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"migration would break references: {broken[:5]}")
                after = rows_per_table(connection)
                lost = [name for name, count in before.items() if after.get(name, count) < count]
                if lost:
                    raise RuntimeError(f"migration would lose rows of: {', '.join(lost)}")


if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not as a script")
run_online()
