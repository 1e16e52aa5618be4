"""Questionnaires to be filled in with a pen (紙の調査票): A4, in ordinary or large print, any number in one PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import segno

from participation.papers.kept import Shelf, pdf_of

TEMPLATE = Path(__file__).with_name("questionnaire.typ")
LETTER = Path(__file__).with_name("invitation.typ")
_SHELF = Shelf("sheet")


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
    return _SHELF.kept(
        repr((paper, copy)), TEMPLATE, folder, lambda: questionnaires_pdf(paper, [copy], folder)
    )


def questionnaires_pdf(paper: QuestionnairePaper, copies: Sequence[Copy], folder: Path) -> bytes:
    """Return copies of a questionnaire as one PDF; raises NoTypefaces or NotPrinted."""
    content = asdict(paper)
    pictures = content.pop("pictures")
    content["pictures"] = {
        name: f"picture-{place}.{kind}" for place, (name, (kind, _)) in enumerate(pictures.items())
    }
    files = {content["pictures"][name]: picture for name, (_, picture) in pictures.items()}
    return pdf_of(TEMPLATE, {**content, "copies": [asdict(each) for each in copies]}, folder, files=files)


def invitations_pdf(letter: InvitationLetter, copies: Sequence[Copy], folder: Path) -> bytes:
    """Return letters with an invitation code each as one PDF; raises NoTypefaces or NotPrinted."""
    return pdf_of(LETTER, {**asdict(letter), "copies": [asdict(each) for each in copies]}, folder)
