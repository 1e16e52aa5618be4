"""What was encoded, remembered in a file (符号の控え): sorting again, and joining later, need not encode again.

A row is a key made of a masked sentence, and numbers. It can go at any time: what is missing is encoded again
and comes out the same. Several processes may use the file at once; all of one run is written or nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

#: Seconds to wait for another process that writes.
_PATIENCE = 60.0
_TABLES = (
    """CREATE TABLE IF NOT EXISTS encodings
    (key BLOB PRIMARY KEY, numbers BLOB NOT NULL, used_on TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS ix_encodings_used_on ON encodings (used_on)",
    "CREATE TABLE IF NOT EXISTS emptied (times INTEGER NOT NULL)",
    "INSERT INTO emptied SELECT 0 WHERE NOT EXISTS (SELECT * FROM emptied)",
)


class RememberedInFile:
    """Encodings in a file; to be made before texts are read, so that none outlive texts erased meanwhile."""

    def __init__(self, path: Path, today: date) -> None:
        self._path, self._today = path, today
        with _writing(path) as file:
            self._emptied = _times_emptied(file)

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return what is known of these."""
        found = {}
        with closing(_opened(self._path)) as file:
            for key in keys:
                row = file.execute("SELECT numbers FROM encodings WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = row[0]
        return found

    def remember(self, found: Mapping[bytes, bytes]) -> None:
        """Keep these, used today; nothing if the file was emptied since this was made."""
        with _writing(self._path) as file:
            if _times_emptied(file) != self._emptied:
                return
            file.executemany(
                """INSERT INTO encodings VALUES (?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET used_on = max(used_on, excluded.used_on)""",
                ((key, numbers, self._today.isoformat()) for key, numbers in sorted(found.items())),
            )


def forget_unused(path: Path, before: date) -> int:
    """Let go of what was last used before a day; return how many that were."""
    with _writing(path) as file:
        return file.execute("DELETE FROM encodings WHERE used_on < ?", (before.isoformat(),)).rowcount


def forget_all(path: Path) -> None:
    """Let go of everything, also of what runs that are under way would still bring."""
    with _writing(path) as file:
        file.execute("DELETE FROM encodings")
        file.execute("UPDATE emptied SET times = times + 1")


def _times_emptied(file: sqlite3.Connection) -> int:
    return int(file.execute("SELECT times FROM emptied").fetchone()[0])


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    # What is let go of is written over, and its room given back.
    file.execute("PRAGMA secure_delete = ON")
    file.execute("PRAGMA auto_vacuum = FULL")
    return file


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(_opened(path)) as file:
        file.execute("BEGIN IMMEDIATE")
        try:
            for table in _TABLES:
                file.execute(table)
            yield file
        except BaseException:
            file.execute("ROLLBACK")
            raise
        file.execute("COMMIT")
