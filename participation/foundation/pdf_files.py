"""PDF files that people hand in: how many pages, locked or not, what is written in them.

They come from anybody, so they are read in a process of its own with little time and memory: a file made to
stop a reader stops only that one. What cannot be read is said, never guessed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
#: Seconds for the words of a file, and after which it is given up altogether.
SECONDS_FOR_WORDS = 4
PATIENCE = 12
MOST_MEMORY = 1024 * 1024 * 1024
#: Pages whose words are read, and characters of one page.
MOST_PAGES_READ = 200
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class PdfFacts:
    """What was found in a PDF file; `pages` None: it could not be read."""

    pages: int | None
    is_locked: bool = False
    #: Who made it, as the program wrote it there (作成者).
    author: str = ""
    #: The words of the first pages, as far as there was time.
    texts: tuple[str, ...] = ()


UNREADABLE = PdfFacts(None)


def look_into(content: bytes) -> PdfFacts:
    """Return what a PDF file holds, read in another process."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "participation.foundation.pdf_files"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return UNREADABLE
    if done.returncode:
        return UNREADABLE
    found: dict[str, Any] = json.loads(done.stdout)
    return PdfFacts(found["pages"], found["is_locked"], found["author"], tuple(found["texts"]))


def read(content: bytes) -> PdfFacts:
    """Return what a PDF file holds, read in this process; whatever is wrong with it is raised."""
    from pypdf import PdfReader  # noqa: PLC0415 (only the process that reads needs it)

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return PdfFacts(None, is_locked=True)
    author = (reader.metadata.author if reader.metadata else None) or ""
    pages, texts, until = len(reader.pages), [], time.monotonic() + SECONDS_FOR_WORDS
    for place in range(min(pages, MOST_PAGES_READ)):
        if time.monotonic() > until:
            break
        texts.append(reader.pages[place].extract_text()[:MOST_CHARACTERS])
    return PdfFacts(pages, author=str(author)[:200], texts=tuple(texts))


def _limit() -> None:
    import resource  # noqa: PLC0415 (there is none on every system)

    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _limit()
    facts = read(sys.stdin.buffer.read())
    sys.stdout.write(
        json.dumps(
            {
                "pages": facts.pages,
                "is_locked": facts.is_locked,
                "author": facts.author,
                "texts": facts.texts,
            }
        )
    )
