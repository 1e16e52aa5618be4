"""The chain of the audit trail: each entry carries the hash of the one before, so that no row goes or changes unseen.

The link is made at the end of the transaction that the entry belongs to, under a lock that is held for
the commit alone. SQLite has one writer at a time, hence one chain. On PostgreSQL there are several
(lanes): whoever commits takes a free one, so that nobody waits for another's commit to reach the disk.

Who can write to the database could make a whole new chain. An anchor, kept elsewhere, is what they
cannot make: date, count and hash of how far the trail was.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Integer, Table, bindparam, func, insert, select, text

from participation.audit.models import AuditEntry
from participation.foundation import clock
from participation.foundation.db import before_commit, db
from participation.foundation.prepared import Prepared

#: What the first link of a lane stands on.
BEGINNING = "0" * 64
LANES = 8
#: Names our locks among those that others may hold in the same database.
_LOCK = 0x617564
_ROWS_AT_ONCE = 1_000
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

_entries = cast(Table, AuditEntry.__table__)
_FILLED = (
    "at",
    "person_id",
    "acted_as",
    "action",
    "target_type",
    "target_id",
    "changes",
    "lane",
    "sequence",
    "previous",
    "hash",
)
_APPEND = Prepared(insert(_entries).inline(), *_FILLED)
_APPEND_MANY = insert(_entries)
_LAST = Prepared(
    select(_entries.c.sequence, _entries.c.hash)
    .where(_entries.c.lane == bindparam("in_lane"))
    .order_by(_entries.c.sequence.desc())
    .limit(1)
)
_TRY = Prepared(
    select(func.pg_try_advisory_xact_lock(_LOCK, bindparam("in_lane", type_=Integer)).label("got"))
)
_WAIT = text("SELECT pg_advisory_xact_lock(:lock, :lane)")


def append(entry: dict[str, Any]) -> None:
    """Add an entry to what the running transaction writes at its end."""
    before_commit(_write, entry)


def _write(waiting: list[dict[str, Any]]) -> None:
    connection = db.session.connection()
    lane = _take_lane(connection)
    last = _LAST.run(connection, {"in_lane": lane}).first()
    sequence, previous = (last.sequence, last.hash) if last else (0, BEGINNING)
    for entry in waiting:
        sequence += 1
        entry |= {"lane": lane, "sequence": sequence, "previous": previous}
        if entry["changes"]:
            # As it will be read again: without the difference between a word and a member of an enumeration.
            entry["changes"] = json.loads(json.dumps(entry["changes"], ensure_ascii=False))
        entry["hash"] = previous = link_hash(entry)
    if len(waiting) == 1:
        _APPEND.run(connection, waiting[0])
    else:
        connection.execute(_APPEND_MANY, waiting)


def _take_lane(connection: Connection) -> int:
    """Return a lane that is ours until the commit."""
    if connection.dialect.name != "postgresql":
        return 0
    start = random.randrange(LANES)  # noqa: S311 (spreads load, guards nothing)
    for step in range(LANES):
        lane = (start + step) % LANES
        if _TRY.run(connection, {"in_lane": lane}).scalar_one():
            return lane
    connection.execute(_WAIT, {"lock": _LOCK, "lane": start})
    return start


def link_hash(entry: dict[str, Any]) -> str:
    """Return the hash of an entry: of everything it says, its place, and the hash before it."""
    said = {
        "lane": entry["lane"],
        "sequence": entry["sequence"],
        "previous": entry["previous"],
        "at": entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "person_id": entry["person_id"],
        "acted_as": entry["acted_as"],
        "action": entry["action"],
        "target_type": entry["target_type"],
        "target_id": entry["target_id"],
        "changes": entry["changes"],
    }
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def canonical(said: Any) -> str:
    """Return the one way of writing something as JSON: keys in order, no spaces."""
    return _CANONICAL.encode(said)


# ── Verifying ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Break:
    """The first place at which the trail is not as it was written, in words."""

    message: str
    lane: int
    sequence: int
    entry_id: int | None = None


@dataclass(frozen=True)
class Verified:
    """What verifying found: how many entries hold, and the first that does not, if any."""

    count: int
    broken: Break | None = None


def verify() -> Verified:
    """Walk every lane from its beginning; tell the first entry that was changed, put in or taken out."""
    count = 0
    lane, sequence, previous = -1, 0, BEGINNING
    for row in _all_rows():
        if row["lane"] != lane:
            lane, sequence, previous = row["lane"], 0, BEGINNING
        sequence += 1
        broken = _why_broken(row, lane, sequence, previous)
        if broken is not None:
            return Verified(count, broken)
        count, previous = count + 1, row["hash"]
    return Verified(count)


def _all_rows() -> Iterator[dict[str, Any]]:
    """Yield the entries in the order of their links, some at a time."""
    lane, sequence = -1, 0
    while True:
        rows = db.session.execute(
            select(_entries)
            .where((_entries.c.lane > lane) | ((_entries.c.lane == lane) & (_entries.c.sequence > sequence)))
            .order_by(_entries.c.lane, _entries.c.sequence)
            .limit(_ROWS_AT_ONCE)
        ).mappings()
        portion = [dict(row) for row in rows]
        yield from portion
        if len(portion) < _ROWS_AT_ONCE:
            return
        lane, sequence = portion[-1]["lane"], portion[-1]["sequence"]


def _why_broken(row: dict[str, Any], lane: int, sequence: int, previous: str) -> Break | None:
    where, which = f"{lane}列の{sequence:,}番", f"行の番号 {row['id']}"
    if row["sequence"] != sequence:
        return Break(
            f"{where}の行がありません（次にあるのは {row['sequence']:,}番、{which}）。", lane, sequence
        )
    if row["previous"] != previous:
        return Break(
            f"{where}（{which}）の前の行が、消されたか、差し替えられています。", lane, sequence, row["id"]
        )
    if row["hash"] != link_hash(row):
        return Break(
            f"{where}（{which}、{row['action']}）が書き換えられています。", lane, sequence, row["id"]
        )
    return None


# ── Anchors ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Anchor:
    """How far the trail was at a moment (錨): the count of its entries, and place and hash of each lane's last."""

    at: datetime
    count: int
    heads: dict[int, tuple[int, str]]

    @property
    def hash(self) -> str:
        """One hash for all lanes: what is read aloud or printed."""
        return hashlib.sha256(canonical(sorted(self.heads.items())).encode()).hexdigest()

    def as_line(self) -> str:
        """Return the line that is kept elsewhere."""
        heads = {str(lane): list(head) for lane, head in sorted(self.heads.items())}
        said = {"at": self.at.isoformat(), "count": self.count, "hash": self.hash, "heads": heads}
        return canonical(said)


class BadAnchor(Exception):
    """A line of an anchor file cannot be read, or was changed; the message says which."""


def take_anchor() -> Anchor:
    """Return how far the trail is now."""
    lasts = (
        select(_entries.c.lane, func.max(_entries.c.sequence).label("last"))
        .group_by(_entries.c.lane)
        .subquery()
    )
    rows = db.session.execute(
        select(_entries.c.lane, _entries.c.sequence, _entries.c.hash).join(
            lasts, (lasts.c.lane == _entries.c.lane) & (lasts.c.last == _entries.c.sequence)
        )
    ).all()
    heads = {row.lane: (row.sequence, row.hash) for row in rows}
    return Anchor(clock.now(), sum(sequence for sequence, _ in heads.values()), heads)


def read_anchors(lines: Iterable[str]) -> list[Anchor]:
    """Return the anchors of a file; raises BadAnchor."""
    anchors = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            heads = {int(lane): (int(head[0]), str(head[1])) for lane, head in said["heads"].items()}
            anchor = Anchor(datetime.fromisoformat(said["at"]), int(said["count"]), heads)
            is_whole = anchor.hash == said["hash"] and anchor.count == sum(each for each, _ in heads.values())
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise BadAnchor(f"錨のファイルの{number}行目を読めません。") from error
        if not is_whole:
            raise BadAnchor(f"錨のファイルの{number}行目が書き換えられています。")
        anchors.append(anchor)
    return anchors


def check_anchors(anchors: Iterable[Anchor]) -> Break | None:
    """Return the first place at which the trail no longer holds what an anchor says it held, or None."""
    for anchor in anchors:
        for lane, (sequence, hashed) in sorted(anchor.heads.items()):
            found = db.session.execute(
                select(_entries.c.id, _entries.c.hash).where(
                    _entries.c.lane == lane, _entries.c.sequence == sequence
                )
            ).one_or_none()
            day = anchor.at.astimezone(clock.JST).strftime("%Y-%m-%d %H:%M")
            if found is None:
                last = (
                    db.session.scalar(select(func.max(_entries.c.sequence)).where(_entries.c.lane == lane))
                    or 0
                )
                return Break(
                    f"{lane}列の末尾が切られています。{day} の錨には{sequence:,}番までありましたが、今は{last:,}番までです。",
                    lane,
                    last + 1,
                )
            if found.hash != hashed:
                return Break(
                    f"{lane}列の{sequence:,}番（行の番号 {found.id}）が、{day} の錨と違います。作り直されています。",
                    lane,
                    sequence,
                    found.id,
                )
    return None
