"""Rows of the sheets of an XLSForm by the names of their columns, and what is gathered of them (行と列)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participation.surveys.domain.xlsform import columns as c

_CODE = re.compile(r"[a-z0-9_]{1,20}")

QUESTION, SECTION = re.compile(r"q[0-9]{1,9}"), re.compile(r"s[0-9]{1,9}")

REFERENCE = re.compile(r"\$\{\s*([^{}]{1,80}?)\s*\}")

LEFT_OUT = {
    "constraint_message": "誤りの文（constraint_message）",
    "required_message": "必須の文（required_message）",
    "read_only": "変えられない印（read_only）",
    "readonly": "変えられない印（readonly）",
    "guidance_hint": "調査員への案内（guidance_hint）",
}

_NAMES = {
    "list name": "list_name",
    c.KIND: "kind",
    c.SETTINGS: "settings",
    c.BANK: "bank",
    c.ATTRIBUTE: "attribute",
    c.RESULTS: "results",
    c.IMAGE_TEXT: "image_text",
    c.MARK: "mark",
    c.INTRO: "intro",
    c.EASY_TITLE: "easy_title",
    c.EASY_INTRO: "easy_intro",
}

_STANDARD = (
    "type name list_name required relevant constraint appearance parameters latitude longitude group "
    "form_title form_id version default_language style"
)

_PLAIN = frozenset([*_STANDARD.split(), *c.REFUSED_COLUMNS, *LEFT_OUT])


@dataclass
class Row:
    """One row of a sheet by the names of its columns."""

    line: int
    cells: dict[str, str]
    letters: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def cell(self, column: str) -> str:
        return f"{self.letters.get(column, 'A')}{self.line}"


@dataclass
class Choice:
    """One option of a list."""

    row: Row
    name: str
    code: str


@dataclass
class Item:
    """A question as it stands in the sheet: its row, the rows inside of it, and the code it gets."""

    row: Row
    what: str
    list_name: str = ""
    takes_other: bool = False
    inside: list[Item] = field(default_factory=list)
    code: str = ""


@dataclass
class Group:
    """A section as it stands in the sheet; `row` is None for what stands in no group."""

    row: Row | None
    items: list[Item] = field(default_factory=list)
    code: str = ""


def column_of(title: str, titles: Sequence[str]) -> str:
    """Return our name of a column, "" for one that is not taken in; of several languages Japanese is read."""
    given = title.strip()
    name = given.lower()
    if given in _NAMES or name in _NAMES:
        return _NAMES.get(given, _NAMES.get(name, ""))
    if name in _PLAIN:
        return name
    for base in ("label", "hint"):
        if name == base or name.startswith(f"{base}:"):
            if "easy" in name or "やさしい" in name:
                return f"easy_{base}"
            return base if given == _best(base, titles) else ""
    if name in ("image", "media::image") or name.startswith(("media::image::", "image::")):
        return "image"
    return ""


def _best(base: str, titles: Sequence[str]) -> str:
    """Return the column that holds the Japanese words, or the words of no language, or the first ones."""
    offered = [
        each.strip()
        for each in titles
        if (each.strip().lower() == base or each.strip().lower().startswith(f"{base}:"))
        and "easy" not in each.lower()
        and "やさしい" not in each
    ]
    japanese = [
        each for each in offered if "(ja)" in each.lower() or "japanese" in each.lower() or "日本語" in each
    ]
    return (japanese or [each for each in offered if each.lower() == base] or offered or [""])[0]


def codes_for(names: Sequence[str], prefix: str) -> list[str]:
    """Return codes for names: the names themselves where they can be, else in small letters, else numbered."""
    codes: list[str] = []
    taken = {name for name in names if _CODE.fullmatch(name)}
    for name in names:
        small = name.lower()
        if _CODE.fullmatch(name):
            codes.append(name)
        elif _CODE.fullmatch(small) and small not in taken:
            taken.add(small)
            codes.append(small)
        else:
            number = next(n for n in range(1, 10_000) if f"{prefix}{n}" not in taken)
            taken.add(f"{prefix}{number}")
            codes.append(f"{prefix}{number}")
    return codes


def last_group(groups: list[Group], section: Group | None) -> Group:
    """Return the section that is open; what stands in none gathers in one of its own."""
    if section is not None:
        return section
    if not groups or groups[-1].row is not None:
        groups.append(Group(None))
    return groups[-1]


def unpiped(text: str) -> str:
    """Return text in which answers are named as here, {q3}, not as in a sheet, ${q3}."""
    return REFERENCE.sub(lambda found: f"{{{found[1]}}}" if QUESTION.fullmatch(found[1]) else found[0], text)
