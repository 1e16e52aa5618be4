"""Files that people send with their opinions (添付): which, how many, what in them looks like personal data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from participation.contributions.domain import PERSONAL_DATA_NAMES, PersonalData, find_personal_data
from participation.foundation.file_kinds import CheckedFile, ScanKind, size_in_words
from participation.foundation.pdf_files import PdfFacts

#: What every program of a member of staff opens, and what can be looked through.
WEB_KINDS = frozenset({ScanKind.PDF, ScanKind.JPEG, ScanKind.PNG})
MAX_WEB_FILES = 5
#: Bytes that one request with files may have: three of the largest.
MOST_SENT = 32 * 1024 * 1024
#: From so many pages on, its author is asked to say in words which of them matter.
LONG = 50
MOST_FINDINGS = 12
IN_NAME, IN_AUTHOR = 0, -1
MADE_BY = "made_by"


@dataclass(frozen=True)
class Finding:
    """A place in a file that looks like personal data (添付の個人情報らしいもの): never the words themselves."""

    #: The page; IN_NAME: its name; IN_AUTHOR: the field that says who made it.
    place: int
    kind: str

    @property
    def words(self) -> str:
        """Where and what, for a reader."""
        if self.kind == MADE_BY:
            return "作成した人の名前が、ファイルの情報に入っています"
        where = "ファイル名" if self.place == IN_NAME else f"{self.place}ページ"
        return f"{where}に、{PERSONAL_DATA_NAMES[PersonalData(self.kind)]}らしいもの"


@dataclass(frozen=True)
class Attachment:
    """A file that may be kept with an opinion, and what was found in it."""

    checked: CheckedFile
    pages: int | None
    findings: tuple[Finding, ...]


def attachment_of(checked: CheckedFile, facts: PdfFacts | None) -> Attachment:
    """Return a file with what in its name, its words and its description looks like personal data."""
    found = [Finding(IN_NAME, each.kind.value) for each in find_personal_data(checked.name)]
    if facts is not None:
        if facts.author.strip():
            found.append(Finding(IN_AUTHOR, MADE_BY))
        for page, text in enumerate(facts.texts, start=1):
            found.extend(Finding(page, each.kind.value) for each in find_personal_data(text))
    return Attachment(checked, facts.pages if facts else None, tuple(dict.fromkeys(found))[:MOST_FINDINGS])


def as_kept(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as they are kept."""
    return [{"place": each.place, "kind": each.kind} for each in findings]


def findings_in(kept: Sequence[dict[str, Any]]) -> list[str]:
    """Return kept findings in words."""
    return [Finding(each["place"], each["kind"]).words for each in kept]


def described(kind: ScanKind, size: int, pages: int | None) -> str:
    """Return what a file is, in words: PDF・12ページ・340KB."""
    parts = [kind.value.upper(), f"{pages:,}ページ" if pages else "", size_in_words(max(size, 1024))]
    return "・".join(part for part in parts if part)
