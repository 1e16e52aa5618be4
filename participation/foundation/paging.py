"""Keyset paging: any depth of a list costs the same, and a page does not move while people write.

A cursor is the sort key of the row at the edge of a page, packed so that it travels in an address.
A cursor that cannot be read (cut, edited) is treated as the beginning of the list.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

T = TypeVar("T")
#: What a list may be sorted by: a column, or what is computed from columns.
SortKey = InstrumentedAttribute[Any] | ColumnElement[Any]
MAX_CURSOR = 400


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, and the cursors to the pages after and before it (None at the ends)."""

    items: list[T]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class NumberedPage(Generic[T]):
    """One page of a list whose order has no key to go on from (the order of the day): its rows, by number from 1."""

    rows: tuple[T, ...]
    total: int
    page: int
    #: How many rows a page has.
    size: int

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.page * self.size < self.total


@dataclass(frozen=True)
class Edge:
    """Where a page begins: after the row with this key, or before it."""

    after: str | None = None
    before: str | None = None


def pack(key: Sequence[object]) -> str:
    """Return the cursor of a row with this sort key."""
    plain = [k.isoformat() if isinstance(k, datetime) else k for k in key]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str | None, columns: Sequence[SortKey]) -> list[Any] | None:
    """Return the sort key in a cursor, or None if it is not one of ours."""
    if not cursor or len(cursor) > MAX_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(columns):
        return None
    key: list[Any] = []
    for value, column in zip(values, columns, strict=True):
        expected = column.type.python_type
        if expected is datetime:
            try:
                moment = datetime.fromisoformat(value)
            except (TypeError, ValueError):
                return None
            if moment.tzinfo is None:
                return None
            key.append(moment)
        elif expected is int and type(value) is int and abs(value) < 2**63:
            key.append(value)
        elif expected is str and isinstance(value, str):
            key.append(value)
        else:
            return None
    return key


def keyset(
    statement: Select[*tuple[Any, ...]],
    columns: Sequence[SortKey],
    edge: Edge,
    *,
    limit: int,
    descending: bool = False,
) -> tuple[Select[*tuple[Any, ...]], bool]:
    """Return the statement for one page (with one row more than `limit`), and whether it runs backwards.

    `columns` is the sort key, unique as a whole, all in one direction. Give the rows to :func:`page`.
    """
    after, before = unpack(edge.after, columns), unpack(edge.before, columns)
    backwards = before is not None and after is None
    key = before if backwards else after
    downwards = descending != backwards
    if key is not None:
        row = tuple_(*columns)
        values = tuple_(*key)
        statement = statement.where(row < values if downwards else row > values)
    order = [column.desc() if downwards else column.asc() for column in columns]
    return statement.order_by(None).order_by(*order).limit(limit + 1), backwards


def how_many_fit(sizes: Sequence[int], *, most_bytes: int, fewest: int, limit: int) -> int:
    """Return how many items a page takes: `limit`, or fewer if they are long, so that it stays light to load."""
    total = 0
    for count, size in enumerate(sizes[:limit]):
        total += size
        if total > most_bytes and count >= fewest:
            return count
    return min(len(sizes), limit)


def page(
    rows: Sequence[T], keys: Sequence[Sequence[object]], edge: Edge, *, limit: int, backwards: bool
) -> Page[T]:
    """Make a page of the rows that a :func:`keyset` statement gave; `keys` are their sort keys."""
    more = len(rows) > limit
    items, item_keys = list(rows[:limit]), list(keys[:limit])
    if backwards:
        items.reverse()
        item_keys.reverse()
    if not items:
        return Page(items=[])
    has_after = more if not backwards else True
    has_before = more if backwards else edge.after is not None
    return Page(
        items=items,
        after=pack(item_keys[-1]) if has_after else None,
        before=pack(item_keys[0]) if has_before else None,
    )
