"""Amendments (修正): operations on a place of the plan, their marked-up text, a version made of them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participation.plans.domain.amending import Edit
from participation.plans.domain.tree import VersionStage


class Operation(StrEnum):
    """What an amendment does to the plan's text (修正のしかた)."""

    ADD = "add"
    REPLACE = "replace"
    DELETE = "delete"


OPERATION_NAMES = {Operation.ADD: "追加", Operation.REPLACE: "修正", Operation.DELETE: "削除"}


@dataclass(frozen=True)
class AmendmentText:
    """An amendment as words: where, and which words become which.

    `before` is what is replaced or deleted; for an addition it is what the new words follow (empty:
    the end of the text).
    """

    public_id: str
    subject_id: int
    place: str
    operation: Operation
    before: str
    after: str
    #: The text of the place at the time of recording: the 新旧対照 stays true when the plan moves on.
    present_text: str

    def parts(self) -> list[tuple[str, str]]:
        """Return the whole text as [("same" | "add" | "remove", words)]."""
        start = self.present_text.find(self.before) if self.before else len(self.present_text)
        head = self.present_text[:start]
        tail = self.present_text[start + len(self.before) :]
        if self.operation is Operation.ADD:
            middle = [("same", self.before), ("add", self.after)]
        else:
            middle = [("remove", self.before), ("add", self.after)]
        return [(kind, words) for kind, words in [("same", head), *middle, ("same", tail)] if words]

    def around(self, width: int = 24) -> tuple[str, str, str, str]:
        """Return (before, deleted, inserted, after): the change with a little of the text around it."""
        start = self.present_text.find(self.before) if self.before else len(self.present_text)
        end = start + len(self.before)
        deleted = "" if self.operation is Operation.ADD else self.before
        lead_end = end if self.operation is Operation.ADD else start
        lead, tail = self.present_text[:lead_end], self.present_text[end:]
        lead = "…" + lead[-width:] if len(lead) > width else lead
        tail = tail[:width] + "…" if len(tail) > width else tail
        return lead, deleted, self.after, tail

    def new_text(self) -> str:
        """Return the text as it reads after the amendment."""
        return "".join(words for kind, words in self.parts() if kind != "remove")


def amendment_from(stored: dict[str, object]) -> AmendmentText:
    """Return an amendment that was stored as JSON inside a version."""
    return AmendmentText(
        public_id=str(stored["public_id"]),
        subject_id=int(str(stored["subject_id"])),
        place=str(stored["place"]),
        operation=Operation(str(stored["operation"])),
        before=str(stored["before"]),
        after=str(stored["after"]),
        present_text=str(stored["present_text"]),
    )


#: Longer texts are compared line by line: comparing character by character would take seconds.
_CHARACTERS_COMPARED = 6000


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Return the two texts in one: [("same" | "add" | "remove", words)]."""
    if len(old) + len(new) > _CHARACTERS_COMPARED:
        first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    else:
        first, second = list(old), list(new)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    parts: list[tuple[str, str]] = []
    removed, added = "", ""
    codes = matcher.get_opcodes()
    for place, (what, i1, i2, j1, j2) in enumerate(codes):
        same = "".join(first[i1:i2])
        if what == "equal" and (len(same) > _TOO_SHORT or place in (0, len(codes) - 1)):
            parts += _changed(removed, added)
            parts.append(("same", same))
            removed = added = ""
        else:
            # One or two characters that happen to be equal between two changes only confuse the eye.
            removed += same
            added += "".join(second[j1:j2])
    return parts + _changed(removed, added)


_TOO_SHORT = 2


def _changed(removed: str, added: str) -> list[tuple[str, str]]:
    return [(kind, words) for kind, words in (("remove", removed), ("add", added)) if words]


@dataclass(frozen=True)
class AmendmentDraft:
    """An amendment before it is recorded: the place by its subject's public id."""

    subject: str
    operation: Operation
    before: str = ""
    after: str = ""


def edit_of(amendment: AmendmentText, name: str) -> Edit:
    """Return an amendment as a change of its place's text; `name` says whose it is (「No.3」)."""
    return Edit(
        key=amendment.public_id,
        name=name,
        adds=amendment.operation is Operation.ADD,
        before=amendment.before,
        after="" if amendment.operation is Operation.DELETE else amendment.after,
        written_for=amendment.present_text,
    )


@dataclass(frozen=True)
class VersionDraft:
    """The next version of a plan, to be made of published amendments; `seal` names what was looked at."""

    amendments: tuple[str, ...]
    seal: str
    stage: VersionStage
    label: str = ""
    dated_on: date | None = None
