"""Letters to be posted (文書): A4, folded in three for a 長形3号 envelope with a window, any number in one PDF."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from participation.foundation import clock
from participation.papers.paper import written
from participation.papers.printed import PATIENCE, set_in_type
from participation.papers.typefaces import printable

TEMPLATE = Path(__file__).with_name("letter.typ")
#: The folders in which letters are made begin with this.
_PREFIX = "letters-"
#: Nobody is at work any more in a folder that is older.
_ABANDONED = timedelta(seconds=2 * PATIENCE)


@dataclass(frozen=True)
class LetterText:
    """A paragraph of a letter: plain, a heading, the name of a version, or words that are quoted."""

    text: str
    kind: str = "plain"
    #: The same piece by piece, (words, their reading or nothing), where readings stand above the words.
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PostedLetter:
    """One letter: who gets it, what it says, and the mark by which it is found again (受付番号)."""

    address: str
    recipient: str
    number: str
    title: str
    parts: tuple[LetterText, ...]
    #: Where the same can be read, and as a code to be photographed: rows of "0" and "1".
    link: str = ""
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterHead:
    """What stands on every letter: who writes, on which day, from which office."""

    title: str
    day: str
    issuer: str
    office: str


def pdf_of(letters: Sequence[PostedLetter], head: LetterHead, folder: Path) -> bytes:
    """Return the letters as one PDF, each beginning on a sheet of its own, with a list of them at the end.

    Nothing of it stays in the folder, nor of letters whose making was killed. Raises NoTypefaces or NotPrinted.
    """
    forget_abandoned(folder, clock.now() - _ABANDONED)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as name:
        path = Path(name) / "letters.pdf"
        set_in_type(TEMPLATE, _json(letters, head), path)
        return path.read_bytes()


def forget_abandoned(folder: Path, before: datetime) -> int:
    """Delete what a killed process left of letters (addresses are in it); return how many folders there were."""
    count = 0
    for path in folder.glob(f"{_PREFIX}*"):
        if path.stat().st_mtime < before.timestamp():
            shutil.rmtree(path)
            count += 1
    return count


def _json(letters: Sequence[PostedLetter], head: LetterHead) -> Iterator[str]:
    lost: Counter[str] = Counter()

    def say(text: str) -> str:
        return printable(written(text), lost)

    yield json.dumps(
        {
            "title": say(head.title),
            "day": say(head.day),
            "issuer": say(head.issuer),
            "office": say(head.office),
            "letters": [
                {
                    "address": say(each.address),
                    "recipient": say(each.recipient),
                    "number": each.number,
                    "title": say(each.title),
                    "parts": [
                        {
                            "kind": "read" if part.parts else part.kind,
                            "text": say(part.text),
                            "parts": [[say(words), say(reading)] for words, reading in part.parts],
                        }
                        for part in each.parts
                    ],
                    "link": each.link,
                    "code": list(each.code),
                }
                for each in letters
            ],
        },
        ensure_ascii=False,
    )
