"""Questionnaires to be filled in with a pen (紙の調査票): A4, in ordinary or large print, any number in one PDF."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from participation.papers.paper import written
from participation.papers.printed import set_in_type
from participation.papers.typefaces import printable

TEMPLATE = Path(__file__).with_name("questionnaire.typ")
LETTER = Path(__file__).with_name("invitation.typ")


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
