"""Texts to begin from: boilerplates (定型文) with places to fill in, precedents (前例)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """From what kind of words a reply was written (もとにした文の種類)."""

    BOILERPLATE = "boilerplate"
    PRECEDENT = "precedent"


SOURCE_NAMES = {SourceKind.BOILERPLATE: "定型文", SourceKind.PRECEDENT: "前例"}
MOST_SOURCES = 20
_TOKEN = re.compile(r"(boilerplate|precedent):([0-9A-Za-z]{4,16}):([0-9]{1,6})")


@dataclass(frozen=True)
class Source:
    """A version of a 定型文, or of a point's reply, by its public id and number."""

    kind: SourceKind
    public_id: str
    number: int

    @property
    def token(self) -> str:
        """How it stands in a form."""
        return f"{self.kind.value}:{self.public_id}:{self.number}"

    @classmethod
    def read(cls, token: str) -> Source | None:
        """Return the source that a token names; None if it is none."""
        found = _TOKEN.fullmatch(token)
        return cls(SourceKind(found[1]), found[2], int(found[3])) if found else None


#: How words that a machine proposed are named among the sources of unfinished words; no table has them as a source.
_MACHINE = re.compile(r"machine:([0-9A-Za-z]{4,16})")


def machine_token(draft: str) -> str:
    """Return how a machine's proposal (機械がつくった案) stands among the sources of unfinished words."""
    return f"machine:{draft}"


def machine_drafts_in(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the public ids of the machine's proposals among sources, each once."""
    found = (_MACHINE.fullmatch(token) for token in tokens)
    return tuple(dict.fromkeys(each[1] for each in found if each))


#: The variables that are filled in from the point, with what they stand for.
VARIABLES = {
    "課名": "論点の担当課",
    "論点": "論点の題名",
    "番号": "論点の番号（No.1 の 1）",
    "視点": "計画の場所の名前",
    "案件": "案件の名前",
    "件数": "論点に入った意見の件数",
    "日付": "きょうの日付（和暦）",
}
_VARIABLE = re.compile(r"[{｛]([^{}｛｝\n]{1,20})[}｝]")
MAX_CATEGORY = 40
MAX_BOILERPLATE_TITLE = 80
MAX_BOILERPLATE = 3000


@dataclass(frozen=True)
class BoilerplateDraft:
    """A 定型文 as somebody wrote it; `section_code` None: for the whole ward."""

    title: str
    body: str
    category: str = ""
    section_code: str | None = None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables filled in; what has no value stays, to be written by hand."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables in a text, each once, in their order."""
    return tuple(dict.fromkeys(found[1] for found in _VARIABLE.finditer(text)))


@dataclass(frozen=True)
class Unfilled:
    """A variable that nobody filled in: where it stands."""

    field: str
    name: str
    #: Counted from 1.
    line: int
    around: str

    @property
    def in_words(self) -> str:
        """Return 「区の考え方の2行目「…{期限}までに…」」."""
        return f"{self.field}の{self.line}行目「{self.around}」"


def unfilled(field_name: str, text: str) -> list[Unfilled]:
    """Return the variables that still stand in a text."""
    return [
        Unfilled(
            field_name,
            found[1],
            text.count("\n", 0, found.start()) + 1,
            text[max(0, found.start() - 8) : found.end() + 8].replace("\n", " ").strip(),
        )
        for found in _VARIABLE.finditer(text)
    ]
