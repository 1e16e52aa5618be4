"""Freshness: counters that move with every committed change, so that kept pages are never stale.

Nobody has to remember to call this: the database layer notices every table that a transaction
writes and moves the counter of the table's scope in the same transaction. The scope of a table is
its slice (`votes`, `plans`). A kept page carries the counters it was made with; a reader compares
them with one small query. A table that no page for guests ever shows says so with
`info={"quiet": True}`.

On PostgreSQL each scope is spread over several rows, so that writers do not queue for one row.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from participation.foundation.prepared import Prepared

#: The scope of tables that belong to no slice.
OTHERS = "pages"
_SHARDS = 16

Stamp = tuple[tuple[str, int], ...]

#: Not a mapped class: the mapper's own listeners must not see it.
_own_metadata = MetaData()
freshness_table = Table(
    "freshness",
    _own_metadata,
    Column("scope", String(32), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
)


def _move(insert: Any) -> Prepared:
    moved = insert(freshness_table).on_conflict_do_update(
        index_elements=["scope", "shard"], set_={"version": freshness_table.c.version + 1}
    )
    return Prepared(moved, "scope", "shard", "version")


_MOVE_POSTGRESQL, _MOVE_SQLITE = _move(postgresql_insert), _move(sqlite_insert)


def attach(metadata: MetaData) -> None:
    """Put the counters' table among the application's tables, for migrations."""
    if "freshness" not in metadata.tables:
        freshness_table.to_metadata(metadata)


def notice(session: Session, table: Any) -> None:
    """Remember that the running transaction writes `table`."""
    if not table.info.get("quiet"):
        session.info.setdefault("stale_scopes", set()).add(scope_of(table))


def scope_of(table: Any) -> str:
    """Return under which scope the changes of a table are counted."""
    return str(table.info.get("freshness", OTHERS))


def belongs_to(table: Any, module: str) -> None:
    """Count the changes of a table under the slice in whose module it is declared."""
    package, _, rest = module.partition(".")
    if package == "participation":
        table.info.setdefault("freshness", rest.partition(".")[0])


def record(session: Session) -> None:
    """Move the counters of every scope that the running transaction wrote."""
    scopes = session.info.pop("stale_scopes", None)
    if not scopes:
        return
    connection = session.connection()
    postgresql = connection.dialect.name == "postgresql"
    statement = _MOVE_POSTGRESQL if postgresql else _MOVE_SQLITE
    for scope in sorted(scopes):
        shard = random.randrange(_SHARDS) if postgresql else 0  # noqa: S311 (spreads load, guards nothing)
        statement.run(connection, {"scope": scope, "shard": shard, "version": 1})


def moving(table: Any) -> Any:
    """Return what moves the counter of the table's scope, to stand in a statement of PostgreSQL that writes it.

    It has rows of its own: a transaction that goes on to write other rows never holds one that `record` waits for.
    """
    shard = _SHARDS + func.pg_backend_pid() % _SHARDS
    values = {"scope": scope_of(table), "shard": shard, "version": 1}
    moved = postgresql_insert(freshness_table).values(values)
    return moved.on_conflict_do_update(
        index_elements=["scope", "shard"], set_={"version": freshness_table.c.version + 1}
    )


def forget(session: Session) -> None:
    """Drop what was noticed, when the transaction is over."""
    session.info.pop("stale_scopes", None)


_read = select(freshness_table.c.scope, func.sum(freshness_table.c.version)).group_by(freshness_table.c.scope)


def stamp(session: Session) -> Stamp:
    """Return the counters of all scopes, in order: equal stamps mean that nothing public changed."""
    rows = session.connection().execute(_read)
    return tuple(sorted((scope, int(version)) for scope, version in rows))
