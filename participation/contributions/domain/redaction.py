"""Covering words (黒塗り): which characters, for what reason, and how the text reads with them covered.

A covered text has as many characters as before, so places in it never move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from participation.contributions.domain.concerns import Concern, find_concerns, known_topics
from participation.contributions.domain.personal_data import Passage, PersonalData, find_personal_data

#: Stands for each covered character; the ends of lines stay, so that the text keeps its shape.
COVER = "■"


class RedactionReason(StrEnum):
    """Why words are covered (黒塗りの理由)."""

    NAME = "name"
    CONTACT = "contact"
    ADDRESS = "address"
    NUMBER = "number"
    SCHOOL = "school"
    SENSITIVE = "sensitive"
    THIRD_PARTY = "third_party"


REDACTION_REASON_NAMES = {
    RedactionReason.NAME: "人の名前",
    RedactionReason.CONTACT: "連絡先",
    RedactionReason.ADDRESS: "住所",
    RedactionReason.NUMBER: "番号",
    RedactionReason.SCHOOL: "学校・学年",
    RedactionReason.SENSITIVE: "病気・障害・信条など",
    RedactionReason.THIRD_PARTY: "第三者の権利利益",
}

#: Under which reason what the detector finds would be covered.
REASON_FOR = {
    PersonalData.NAME: RedactionReason.NAME,
    PersonalData.TELEPHONE: RedactionReason.CONTACT,
    PersonalData.EMAIL: RedactionReason.CONTACT,
    PersonalData.POSTAL_ADDRESS: RedactionReason.ADDRESS,
    PersonalData.MY_NUMBER: RedactionReason.NUMBER,
    PersonalData.CARD_NUMBER: RedactionReason.NUMBER,
    PersonalData.CAR_NUMBER: RedactionReason.NUMBER,
    PersonalData.SCHOOL_CLASS: RedactionReason.SCHOOL,
}


class RedactionState(StrEnum):
    """How far the covering of a passage is (黒塗りの状態)."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LIFTED = "lifted"
    VOID = "void"


REDACTION_STATE_NAMES = {
    RedactionState.PROPOSED: "確認待ち",
    RedactionState.CONFIRMED: "黒塗り済み",
    RedactionState.REFUSED: "認めなかった",
    RedactionState.LIFTED: "外した",
    RedactionState.VOID: "無効（書き直された）",
}


@dataclass(frozen=True, order=True)
class Covering:
    """A passage to be covered: from `start` up to, not including, `end`."""

    start: int
    end: int
    reason: RedactionReason


@dataclass(frozen=True)
class KeptCovering:
    """A covered passage that goes along when its words go to another contribution, with who covered it and when."""

    start: int
    end: int
    reason: RedactionReason
    words: str
    proposed_by_id: int | None
    proposed_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None


def covering_of(passage: Passage) -> Covering:
    """Return how a passage that the detector found would be covered."""
    return Covering(passage.start, passage.end, REASON_FOR[passage.kind])


def places_of(words: str, text: str, reason: RedactionReason) -> list[Covering]:
    """Return every place at which the words stand in the text, none overlapping."""
    found, at = [], text.find(words) if words else -1
    while at >= 0:
        found.append(Covering(at, at + len(words), reason))
        at = text.find(words, at + len(words))
    return found


def joined(coverings: Iterable[Covering]) -> list[Covering]:
    """Return the passages in reading order; those that overlap become one, under the reason of the first."""
    kept: list[Covering] = []
    for each in sorted(coverings):
        if kept and each.start < kept[-1].end:
            last = kept.pop()
            each = Covering(last.start, max(last.end, each.end), last.reason)
        kept.append(each)
    return kept


def cover(text: str, coverings: Iterable[Covering]) -> str:
    """Return the text with the passages covered, as long as before."""
    letters = list(text)
    for each in coverings:
        for place in range(each.start, min(each.end, len(letters))):
            if letters[place] != "\n":
                letters[place] = COVER
    return "".join(letters)


def cover_words(text: str, words: Iterable[str]) -> str:
    """Return the text with the words covered wherever they stand, in the order in which they were covered."""
    for each in words:
        text = text.replace(each, cover(each, [Covering(0, len(each), RedactionReason.THIRD_PARTY)]))
    return text


def put_back(text: str, words: Iterable[tuple[int, str]]) -> str:
    """Return the text with words standing again at the places from which they were covered."""
    for start, original in words:
        text = text[:start] + original + text[start + len(original) :]
    return text


def in_parts(
    text: str, personal: Iterable[Covering | Passage], other: Iterable[Concern] = ()
) -> list[tuple[str, str | None]]:
    """Return the text cut at the passages, as the component `marked_text` takes it: the first of two wins."""
    marks = [(each.start, each.end, "personal") for each in personal]
    marks += [(each.start, each.end, "other") for each in other]
    parts: list[tuple[str, str | None]] = []
    at = 0
    for start, end, kind in sorted(marks):
        start = max(start, at)
        if start < end:
            parts += [(text[at:start], None), (text[start:end], kind)]
            at = end
    return [part for part in (*parts, (text[at:], None)) if part[0]]


def marked(text: str) -> list[tuple[str, str | None]]:
    """Return the text with everything marked that a person should look at, for a page of the desk."""
    return in_parts(text, find_personal_data(text), find_concerns(text, known_topics()))


def reasons_in_words(reasons: Sequence[str]) -> str:
    """Return the reasons as readers know them: 人の名前・連絡先."""
    return "・".join(REDACTION_REASON_NAMES[RedactionReason(each)] for each in reasons)


def covered_note(reasons: Sequence[str]) -> str:
    """Return the short note that stands under covered words, or nothing."""
    return f"■は、区が伏せたところです（理由：{reasons_in_words(reasons)}）。" if reasons else ""
