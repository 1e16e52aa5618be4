"""Remembered readings: a part of a page is read again only when one of the tables it was read from changed.

A page for guests is kept whole until anything public changes; then it is made again, and most of
what it is made of did not change. What a reading depends on is not declared but noticed: every
table named in a statement that it sent. Its slices' counters (see `freshness`) are compared before
it is used again, read in the same transaction as everything else on the page.

Only for readings that many readers share, that take nothing from who is logged in but their
arguments, and that say in `until` when they change by themselves.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from participation.foundation import clock, freshness
from participation.foundation.db import Base, db, is_writing

T = TypeVar("T")

MOST = 2000
_WORD = re.compile(r"[a-z_]+")

_sent: ContextVar[set[str] | None] = ContextVar("sent", default=None)
_kept: OrderedDict[Hashable, Remembered] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Remembered:
    """What a reading gave, with the counters of what it was read from, and until when it holds."""

    value: Any
    counters: dict[str, int]
    until: datetime | None


def remembered(
    read: Callable[..., T], *arguments: Hashable, until: Callable[[T], datetime | None] = lambda _value: None
) -> T:
    """Return what `read(*arguments)` gives: as remembered, if nothing it was read from has changed since.

    Its rows are taken out of the session, so that they stay as they are. Where the session holds
    rows already (they might be among them), or something is being changed, it is simply read.
    """
    session = db.session()
    if is_writing() or session.identity_map:
        return read(*arguments)
    counters = _counters(session)
    key = (id(db.engine), read.__module__, read.__qualname__, arguments)
    with _lock:
        known = _kept.get(key)
    if known is not None and _holds(known, counters):
        return known.value  # type: ignore[no-any-return]
    token = _sent.set(set())
    try:
        value = read(*arguments)
        words = _sent.get() or set()
    finally:
        _sent.reset(token)
    session.expunge_all()
    scopes = _scopes(words)
    with _lock:
        _kept[key] = Remembered(value, {scope: counters.get(scope, 0) for scope in scopes}, until(value))
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return value


def forget_all() -> None:
    """Forget everything: the database was replaced, or a test wants to see what a first time costs."""
    with _lock:
        _kept.clear()


def _holds(known: Remembered, counters: dict[str, int]) -> bool:
    return (known.until is None or clock.now() < known.until) and all(
        counters.get(scope, 0) == count for scope, count in known.counters.items()
    )


def _counters(session: Session) -> dict[str, int]:
    """Return the counters as this transaction sees them, asking once: it reads nothing newer on SQLite.

    On PostgreSQL what is read later may be newer than its counter: it is read again next time.
    """
    transaction, counters = session.info.get("counters", (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        counters = dict(freshness.stamp(session))
        session.info["counters"] = (session.get_transaction(), counters)
    return dict(counters)


def _scopes(words: set[str]) -> set[str]:
    tables = [table for name, table in Base.metadata.tables.items() if name in words]
    quiet = [table.name for table in tables if table.info.get("quiet")]
    if quiet:
        raise RuntimeError(f"what is read from {', '.join(quiet)} cannot be remembered: nothing counts them")
    return {freshness.scope_of(table) for table in tables}


@event.listens_for(Engine, "before_cursor_execute")
def _notice(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    words = _sent.get()
    if words is not None:
        words.update(_WORD.findall(statement))
