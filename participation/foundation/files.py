"""Files that people hand in: kept by the hash of their content, sealed, written whole or not at all.

They may hold names and signatures; on the disk they cannot be read without the key. Nothing here
decides who may see them. Each owner has a room of its own (a folder), so that what one lets go is
never what another still needs.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from flask import current_app

from participation.foundation import sealing

_PURPOSE = "files"
#: The folder of those who named none: what was handed in with opinions.
ROOM = "files"
_HASH = re.compile(r"[0-9a-f]{64}")
_ROOM = re.compile(r"[a-z]+(-[a-z]+)*")


class Lost(Exception):
    """A file is not where it was put, or is no longer what it was."""


def hash_of(content: bytes) -> str:
    """Return the name under which content is kept."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes, room: str = ROOM) -> str:
    """Put content down and return its hash; the same content is there once. Doing it again does no harm."""
    name = hash_of(content)
    place = _place(name, room)
    if place.exists():
        return name
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, half_done = tempfile.mkstemp(dir=place.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealing.seal_bytes(_PURPOSE, content))
            file.flush()
            os.fsync(file.fileno())
        os.replace(half_done, place)
    except BaseException:
        Path(half_done).unlink(missing_ok=True)
        raise
    return name


def read(name: str, room: str = ROOM) -> bytes:
    """Return the content of a file; raises Lost if it is gone or was changed."""
    try:
        content = sealing.unseal_bytes(_PURPOSE, _place(name, room).read_bytes())
    except (OSError, sealing.Unreadable) as error:
        raise Lost(name) from error
    if hash_of(content) != name:
        raise Lost(name)
    return content


def remove(name: str, room: str = ROOM) -> None:
    """Take a file away for good."""
    _place(name, room).unlink(missing_ok=True)


def folder_of(room: str) -> Path:
    """Return the folder of files that are too large to be sealed at once: only the program's own user looks in."""
    if not _ROOM.fullmatch(room):
        raise ValueError("a room is named by a word")
    folder = Path(current_app.config["DATA_DIR"]) / room
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _place(name: str, room: str) -> Path:
    if not _HASH.fullmatch(name) or not _ROOM.fullmatch(room):
        raise ValueError("a file is named by its hash, and its room by a word")
    return Path(current_app.config["DATA_DIR"]) / room / name[:2] / name
