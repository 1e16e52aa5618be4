"""The database: one handle, one way to write, column types that mean the same on both engines.

Reading happens in an ordinary (deferred) transaction that ends with the request. Writing happens
only inside :func:`transaction`, which on SQLite takes the write lock at once (BEGIN IMMEDIATE): a
read that later turns into a write would fail under load, and lose updates with the driver's own
settings. A write outside of it raises, so nobody can forget.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, String, Table, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, registry

from participation.foundation import freshness
from participation.foundation.ids import new_public_id

E = TypeVar("E", bound=StrEnum)

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # Receipts are given after the commit: it must survive a power cut.
    "wal_autocheckpoint=4000",  # 16 MB: many commits write the same pages, which then go home once.
    "foreign_keys=ON",
    "busy_timeout=8000",
    "trusted_schema=OFF",
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC datetimes out, on SQLite and PostgreSQL alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is: whoever reads one from an address (paging) asks."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every model."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UTCDateTime},
    )

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        freshness.belongs_to(cls.__table__, cls.__module__)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """Do everything inside the block or nothing of it.

    What was read before the block is read again inside it, because another process may have changed
    it in between. Blocks do not nest: the view, the CLI or the job that begins one owns it.
    """
    if _writing.get():
        raise RuntimeError("transaction() inside transaction(): only the outermost caller commits")
    session = db.session()
    session.rollback()
    session.expire_all()
    last: dict[Callable[[list[Any]], None], list[Any]] = {}
    waiting: list[Callable[[], None]] = []
    session.info["before_commit"], session.info["after_commit"] = last, waiting
    token = _writing.set(True)
    try:
        yield
        session.flush()
        freshness.record(session)
        for write, gathered in last.items():
            write(gathered)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)
        freshness.forget(session)
        session.info.pop("before_commit", None)
        session.info.pop("after_commit", None)
    for call in waiting:
        call()


def let_go() -> None:
    """End what this thread reads: who waits keeps no connection, and reads its rows anew afterwards."""
    if _writing.get():
        raise RuntimeError("let_go() inside transaction(): what was written would be lost")
    db.session.rollback()


def refuse_write_outside() -> None:
    """Raise unless a transaction() is open: for statements that the session takes for a question, or never sees."""
    if not _writing.get():
        raise RuntimeError("rows are written only inside transaction()")


def is_writing() -> bool:
    """Whether a transaction() is open, in which rows may be written."""
    return _writing.get()


def before_commit(write: Callable[[list[Any]], None], item: Any) -> None:
    """Gather `item`; `write` gets all of its items as the last thing of the running transaction.

    What it locks is held for the commit alone.
    """
    session = db.session()
    if "before_commit" not in session.info:
        raise RuntimeError("before_commit() outside of transaction()")
    session.info["before_commit"].setdefault(write, []).append(item)


def after_commit(call: Callable[[], None]) -> None:
    """Call `call` once the running transaction is safely stored; never if it is rolled back."""
    session = db.session()
    if "after_commit" not in session.info:
        raise RuntimeError("after_commit() outside of transaction()")
    session.info["after_commit"].append(call)


def enum_text(kind: type[E], *, name: str | None = None, **options: Any) -> Mapped[E]:
    """Return a column that stores a StrEnum as text, guarded by a CHECK on both engines."""
    return mapped_column(
        Enum(
            kind,
            native_enum=False,
            create_constraint=True,
            validate_strings=True,
            length=32,
            name=name or kind.__name__.lower(),
            values_callable=lambda members: [member.value for member in members],
        ),
        **options,
    )


def public_id() -> Mapped[str]:
    """Return the column of the short random id that stands in addresses."""
    return mapped_column(String(16), unique=True, default=new_public_id)


def json_column(**options: Any) -> Mapped[Any]:
    """Return a JSON column (JSONB on PostgreSQL)."""
    return mapped_column(JSON().with_variant(JSONB(), "postgresql"), **options)


def insert_once(model: type[Base], values: dict[str, Any], *, unique: Sequence[str]) -> int | None:
    """Insert a row unless one with the same `unique` columns exists; return its id, or None if it does.

    One statement, so fifty requests at once still give one row (INSERT … ON CONFLICT DO NOTHING).
    """
    db.session.flush()  # What was added before may be what `values` point to.
    statement = _insert_once(model, tuple(unique), db.engine.dialect.name)
    return cast("int | None", db.session.execute(statement, values).scalar_one_or_none())


@lru_cache(maxsize=128)
def _insert_once(model: type[Base], unique: tuple[str, ...], dialect: str) -> Any:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table = cast(Table, model.__table__)
    return insert(table).on_conflict_do_nothing(index_elements=list(unique)).returning(table.c.id)


def insert_missing(model: type[Base], rows: Sequence[dict[str, Any]], *, unique: Sequence[str]) -> None:
    """Insert many rows; where one with the same `unique` columns exists, it stays as it is."""
    if rows:
        db.session.flush()
        statement = _insert_missing(model, tuple(unique), db.engine.dialect.name)
        db.session.execute(statement, list(rows))


@lru_cache(maxsize=128)
def _insert_missing(model: type[Base], unique: tuple[str, ...], dialect: str) -> Any:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return insert(cast(Table, model.__table__)).on_conflict_do_nothing(index_elements=list(unique))


def add_counts(
    model: type[Base], rows: Sequence[dict[str, Any]], *, unique: Sequence[str], counter: str
) -> None:
    """Add to the counters of many rows in one statement; a row that does not exist begins with what is added.

    Whoever calls gives the rows in one order, or holds a lock that all of them need.
    """
    if rows:
        db.session.execute(_add_counts(model, tuple(unique), counter, db.engine.dialect.name), list(rows))


@lru_cache(maxsize=128)
def _add_counts(model: type[Base], unique: tuple[str, ...], counter: str, dialect: str) -> Any:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table = cast(Table, model.__table__)
    statement = insert(table)
    added = table.c[counter] + statement.excluded[counter]
    return statement.on_conflict_do_update(index_elements=list(unique), set_={counter: added})


def init_app(app: Flask) -> None:
    """Bind the database to the app, with the settings that make it safe."""
    db.init_app(app)
    with app.app_context():
        install(db.engine)


def install(engine: Engine) -> None:
    """Set an engine up for the app (not for migrations, which need foreign keys off on SQLite)."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # Switches off the driver's own, unsafe BEGIN.
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: object, _instances: object) -> None:
    touched = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    if touched:
        refuse_write_outside()
        for row in touched:
            freshness.notice(session, row.__table__)


@event.listens_for(Session, "do_orm_execute")
def _before_execute(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        refuse_write_outside()
        freshness.notice(state.session, cast(Any, state.statement).table)
