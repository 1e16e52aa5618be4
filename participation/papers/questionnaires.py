"""Questionnaires to be filled in with a pen (紙の調査票): A4, in ordinary or large print, any number in one PDF."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import segno

from participation.papers.paper import written
from participation.papers.printed import set_in_type
from participation.papers.typefaces import printable

TEMPLATE = Path(__file__).with_name("questionnaire.typ")
LETTER = Path(__file__).with_name("invitation.typ")
#: One at a time: typesetting takes a processor for a second or more.
_setting = threading.Lock()


@dataclass(frozen=True)
class Copy:
    """One copy: its code as printed, the address to answer at, and that address as rows of "0" and "1"."""

    link: str
    qr: tuple[str, ...]
    code: str = ""
    #: The number of a letter (整理番号); on a questionnaire the box stays empty.
    number: str = ""


@dataclass(frozen=True)
class QuestionnairePaper:
    """All that stands on the sheets; `sections` as plain data (see the template)."""

    title: str
    issuer: str
    #: 第2版
    edition: str
    intro: str
    facts: tuple[tuple[str, str], ...]
    closing: str
    #: Beside a box to tick: that written words may enter the ward's register; "" where nothing is written.
    agreement: str
    sections: tuple[Any, ...]
    is_large: bool = False
    #: Pictures by the name under which a question or an option asks for them, with what they are (png, jpg).
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class InvitationLetter:
    """What all letters of a batch say."""

    title: str
    issuer: str
    day: str
    survey: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def qr_rows(link: str) -> tuple[str, ...]:
    """Return an address as a QR code: rows of "0" and "1"."""
    return tuple("".join(str(bit) for bit in row) for row in segno.make(link, error="m").matrix)


def kept_questionnaire(paper: QuestionnairePaper, copy: Copy, folder: Path) -> bytes:
    """Return one copy as PDF; it is set in type once and kept in the folder until it says something else."""
    said = repr((paper, copy)).encode() + TEMPLATE.read_bytes()
    path = folder / f"sheet-{hashlib.blake2b(said, digest_size=16).hexdigest()}.pdf"
    with _setting:
        if not path.exists():
            half_done = path.with_suffix(".part")
            half_done.write_bytes(questionnaires_pdf(paper, [copy], folder))
            half_done.replace(path)
        return path.read_bytes()


def questionnaires_pdf(paper: QuestionnairePaper, copies: Sequence[Copy], folder: Path) -> bytes:
    """Return copies of a questionnaire as one PDF; raises NoTypefaces or NotPrinted."""
    content = asdict(paper)
    pictures = content.pop("pictures")
    content["pictures"] = {
        name: f"picture-{place}.{kind}" for place, (name, (kind, _)) in enumerate(pictures.items())
    }
    files = {content["pictures"][name]: picture for name, (_, picture) in pictures.items()}
    return _pdf(TEMPLATE, {**content, "copies": [asdict(each) for each in copies]}, folder, files)


def invitations_pdf(letter: InvitationLetter, copies: Sequence[Copy], folder: Path) -> bytes:
    """Return letters with an invitation code each as one PDF; raises NoTypefaces or NotPrinted."""
    return _pdf(LETTER, {**asdict(letter), "copies": [asdict(each) for each in copies]}, folder, {})


def _pdf(template: Path, content: Mapping[str, Any], folder: Path, files: Mapping[str, bytes]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="questionnaires-", dir=folder) as name:
        path = Path(name) / "questionnaires.pdf"
        set_in_type(template, _json(content), path, files=files)
        return path.read_bytes()


def _json(content: Mapping[str, Any]) -> Iterator[str]:
    yield json.dumps(_printable(content, Counter()), ensure_ascii=False)


def _printable(value: Any, lost: Counter[str]) -> Any:
    """Return data in which every text can be printed; what a typeface lacks is 〓."""
    if isinstance(value, str):
        return printable(written(value), lost)
    if isinstance(value, Mapping):
        return {key: _printable(each, lost) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_printable(each, lost) for each in value]
    return value
