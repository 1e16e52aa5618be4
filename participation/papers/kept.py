"""Sheets of paper made of plain data: every text can be printed, and what says the same is set in type once."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from participation.papers.paper import written
from participation.papers.printed import set_in_type
from participation.papers.typefaces import printable


class Shelf:
    """Where the PDFs of one kind are kept, in whatever folder, by the hash of what they say."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        #: One at a time: typesetting takes a processor for a second or more.
        self._setting = threading.Lock()

    def kept(self, said: str, template: Path, folder: Path, make: Callable[[], bytes]) -> bytes:
        """Return what `make` gave for the same words and the same template; it is asked once."""
        everything = said.encode("utf-8", "replace") + template.read_bytes()
        path = folder / f"{self._kind}-{hashlib.blake2b(everything, digest_size=16).hexdigest()}.pdf"
        with self._setting:
            if not path.exists():
                half_done = path.with_suffix(".part")
                half_done.write_bytes(make())
                half_done.replace(path)
            return path.read_bytes()


def pdf_of(
    template: Path, content: Mapping[str, Any], folder: Path, *, files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return what a template makes of data, as PDF; leaves nothing in the folder. Raises NoTypefaces or NotPrinted."""
    with tempfile.TemporaryDirectory(prefix="sheets-", dir=folder) as name:
        path = Path(name) / "sheets.pdf"
        set_in_type(template, as_json(content), path, files=files)
        return path.read_bytes()


def as_json(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield data as a template reads it; what a typeface lacks is 〓."""
    yield json.dumps(_printable(content, Counter()), ensure_ascii=False)


def _printable(value: Any, lost: Counter[str]) -> Any:
    if isinstance(value, str):
        return printable(written(value), lost)
    if isinstance(value, Mapping):
        return {key: _printable(each, lost) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_printable(each, lost) for each in value]
    return value
