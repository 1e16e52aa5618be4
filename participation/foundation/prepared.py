"""Prepared statements: written out once a process, for what many people do at the same moment.

SQLAlchemy looks at a statement anew each time it is sent, which costs more than SQLite needs to carry
it out. A prepared one is put into words once; each time only the values are turned into what the
database takes, by the types of their columns. It does what is in its values and no more: columns that
are left out are left to the database; `run` gives rows as the driver does, `one` as their columns say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Select
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.expression import ClauseElement

Processor = Callable[[Any], Any]


class Prepared:
    """A statement that is sent often (用意した文); `columns` are those that an INSERT fills."""

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
        if isinstance(statement, Insert) and not columns:
            raise ValueError("an INSERT needs to know which columns it fills")
        self._statement, self._columns = statement, columns
        self._written: dict[tuple[str, str], _Written] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Send it with these values, by the names of their columns or bound parameters."""
        written = self._in_words_of(connection.dialect)
        return connection.exec_driver_sql(written.words, written.taken(values))

    def one(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the values of the one row that a SELECT finds, by the types of its columns; None: no row."""
        written = self._in_words_of(connection.dialect)
        found = connection.exec_driver_sql(written.words, written.taken(values)).one_or_none()
        return None if found is None else written.read(found)

    def _in_words_of(self, dialect: Dialect) -> _Written:
        key = (dialect.name, dialect.paramstyle)
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = _Written(self._statement, self._columns, dialect)
        return written


class _Written:
    """A statement in the words of one database, with what turns each value into what its driver takes."""

    def __init__(self, statement: ClauseElement, columns: tuple[str, ...], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        if compiled.post_compile_params:
            raise ValueError("a list of values has no fixed number of places")
        self.words = str(compiled)
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._is_positional = bool(compiled.positional)
        self._processors: list[tuple[str, Processor | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in (compiled.positiontup if self._is_positional else compiled.binds)
        ]

        found = statement.selected_columns if isinstance(statement, Select) else ()
        self._readers: list[Processor | None] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found
        ]

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return a row as the types of its columns say."""
        return tuple([read(value) if read else value for read, value in zip(self._readers, row, strict=True)])

    def taken(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them; KeyError where one is missing."""
        given = {**self._fixed, **values} if self._fixed else values
        if self._is_positional:
            return tuple(
                [process(given[name]) if process else given[name] for name, process in self._processors]
            )
        return {name: process(given[name]) if process else given[name] for name, process in self._processors}
