"""What an opinion goes through, how it arrives, and how its receipt reads; pure words and rules."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from participation.consultations.domain import ConsultationKind, ModerationMode
from participation.contributions.domain import PersonalData, Visibility
from participation.foundation.ids import ALPHABET
from participation.foundation.text import fold
from participation.people.domain import AgeBand, Standing

#: Longest text of one opinion, counted as people count characters.
MAX_LENGTH = 2000
#: A letter may be longer: it is entered as it came.
MAX_PAPER_LENGTH = 20_000
#: Most opinions in one submission by the web form; on paper there may be more.
MAX_OPINIONS = 20
MAX_PAPER_OPINIONS = 100
#: Wrong secrets tried for one receipt number, or from one network, within GUESSES_WITHIN.
MAX_GUESSES = 5
GUESSES_WITHIN = timedelta(minutes=10)
#: Characters of the 合言葉.
SECRET_LENGTH = 8
#: The same text by the same person within this time is the same submission (二重送信).
SAME_TEXT_WITHIN = timedelta(minutes=10)


class Channel(StrEnum):
    """How a submission arrived (提出方法)."""

    WEB = "web"
    COUNTER = "counter"
    POST = "post"
    FAX = "fax"
    EMAIL = "email"
    PHONE = "phone"
    MEETING = "meeting"
    SCHOOL = "school"
    ORAL = "oral"


CHANNEL_NAMES = {
    Channel.WEB: "ウェブ",
    Channel.COUNTER: "窓口",
    Channel.POST: "郵送",
    Channel.FAX: "FAX",
    Channel.EMAIL: "メール",
    Channel.PHONE: "電話",
    Channel.MEETING: "説明会・懇談会",
    Channel.SCHOOL: "学校でまとめて",
    Channel.ORAL: "聞き取り",
}

#: Channels by which somebody spoke and staff wrote: what was written is read back (読み返し).
SPOKEN = frozenset({Channel.PHONE, Channel.ORAL})


class OpinionStage(StrEnum):
    """How far the ward's work on an opinion has come (意見の段階)."""

    RECEIVED = "received"
    SCREENED = "screened"
    GROUPED = "grouped"
    CONSIDERED = "considered"
    ANSWERED = "answered"
    REFLECTED = "reflected"


STAGE_NAMES = {
    OpinionStage.RECEIVED: "受付",
    OpinionStage.SCREENED: "確認",
    OpinionStage.GROUPED: "整理",
    OpinionStage.CONSIDERED: "検討",
    OpinionStage.ANSWERED: "回答",
    OpinionStage.REFLECTED: "反映",
}

#: What each stage means for the person who spoke.
STAGE_MEANINGS = {
    OpinionStage.RECEIVED: "区が意見を受け取りました。",
    OpinionStage.SCREENED: "職員が読み、個人情報などが含まれていないことを確かめました。",
    OpinionStage.GROUPED: "同じ趣旨の意見と一緒に、論点として整理しました。",
    OpinionStage.CONSIDERED: "担当の課が、意見をどう生かせるかを検討しています。",
    OpinionStage.ANSWERED: "区の考え方を公表しました。",
    OpinionStage.REFLECTED: "意見を受けて計画を直しました。",
}

#: The same, where its words would be wrong once it is over.
STAGE_MEANINGS_PAST = {
    OpinionStage.CONSIDERED: "担当の課が、意見をどう生かせるかを検討しました。",
}

#: What each stage will mean, told before it is reached.
STAGE_PROMISES = {
    OpinionStage.RECEIVED: "区が意見を受け取ります。",
    OpinionStage.SCREENED: "職員が読み、個人情報などが含まれていないことを確かめます。",
    OpinionStage.GROUPED: "同じ趣旨の意見と一緒に、論点として整理します。",
    OpinionStage.CONSIDERED: "担当の課が、意見をどう生かせるかを検討します。",
    OpinionStage.ANSWERED: "区の考え方を公表し、お知らせします。",
    OpinionStage.REFLECTED: "意見を受けて計画を直すときは、どこをどう直したかを示します。",
}

STAGES = tuple(OpinionStage)


def may_advance(before: OpinionStage, after: OpinionStage) -> bool:
    """Return whether the ward's work may go from one stage to the other.

    Forward by any number of steps; back only before anything was answered (論点の組み直し).
    """
    if STAGES.index(after) >= STAGES.index(before):
        return True
    return STAGES.index(before) < STAGES.index(OpinionStage.ANSWERED)


_RECEIPT_LETTERS = {
    ConsultationKind.PUBLIC_COMMENT: "P",
    ConsultationKind.CALL_FOR_OPINIONS: "M",
    ConsultationKind.RESIDENTS_VOICE: "K",
}
_WEIGHTS = (1, 3, 5, 9, 11, 13, 15, 17)
_RECEIPT = re.compile(rf"[PMK]\d\d[{ALPHABET.upper()}]{{6}}")


def make_receipt_number(kind: ConsultationKind, on: date, random_part: str) -> str:
    """Return a receipt number (受付番号) as M26-4F7K-Q2; its last character checks the others.

    `random_part` is five characters of `ids.code`: no look-alikes, so that it can be told by telephone.
    """
    plain = f"{_RECEIPT_LETTERS[kind]}{on.year % 100:02d}{random_part.upper()}"
    plain += _check_character(plain)
    return f"{plain[:3]}-{plain[3:7]}-{plain[7:]}"


def read_receipt_number(typed: str) -> str | None:
    """Return the receipt number that somebody typed (full width, spaces, lower case), or None if mistyped."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())
    if not _RECEIPT.fullmatch(plain) or _check_character(plain[:-1]) != plain[-1]:
        return None
    return f"{plain[:3]}-{plain[3:7]}-{plain[7:]}"


def _check_character(plain: str) -> str:
    """Return the character that shows up every single slip of the others, and nearly every swap.

    Each weight shares no factor with the 28 characters of the alphabet.
    """
    values = [int(c) if c in "01" else ALPHABET.index(c.lower()) for c in plain]
    total = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
    return ALPHABET[total % len(ALPHABET)].upper()


@dataclass(frozen=True)
class OpinionText:
    """One opinion as typed: about which subject (public id), and the words."""

    about: str
    body: str


@dataclass(frozen=True)
class Submitter:
    """Name and address that the procedure demands (氏名・住所): kept apart and encrypted, never shown."""

    name: str
    address: str
    contact: str = ""


@dataclass(frozen=True)
class SubmissionDraft:
    """One submission before it is received: who it says to be, and its opinions."""

    opinions: tuple[OpinionText, ...]
    standings: frozenset[Standing] = frozenset()
    language: str = "ja"
    #: Spoken in the name of this organisation (public id), or as a person: None.
    organisation: str | None = None
    shows_name: bool = True
    takes_profile: bool = False
    submitter: Submitter | None = None
    #: By the web from somewhere else, or in the room of a gathering, on a telephone.
    channel: Channel = Channel.WEB
    #: The occasion at which it is said (domain.origins); empty: none.
    origin: str = ""
    #: Files that wait for it (public ids), and whether everybody may read them in the end.
    files: tuple[str, ...] = ()
    files_may_be_public: bool = False

    def as_words(self, consultation: str) -> dict[str, Any]:
        """Return everything as it is kept while an organisation's delegates are asked; nothing of a person."""
        return {
            "consultation": consultation,
            "opinions": [[each.about, each.body] for each in self.opinions],
            "standings": sorted(self.standings),
            "language": self.language,
            "shows_name": self.shows_name,
            "submitter": asdict(self.submitter) if self.submitter else None,
            "channel": self.channel.value,
            "origin": self.origin,
            "files": list(self.files),
            "files_may_be_public": self.files_may_be_public,
        }

    @classmethod
    def read(cls, words: Mapping[str, Any], organisation: str) -> SubmissionDraft:
        """Return the draft of an organisation (public id) again."""
        submitter = words.get("submitter")
        return cls(
            tuple(OpinionText(*each) for each in words["opinions"]),
            frozenset(Standing(each) for each in words["standings"]),
            words["language"],
            organisation,
            words["shows_name"],
            submitter=Submitter(**submitter) if submitter else None,
            channel=Channel(words["channel"]),
            origin=words["origin"],
            files=tuple(words["files"]),
            files_may_be_public=words["files_may_be_public"],
        )


@dataclass(frozen=True)
class PaperDraft:
    """One submission that reached the ward in another way than the web (代理入力)."""

    channel: Channel
    received_on: date
    opinions: tuple[OpinionText, ...]
    postmarked_on: date | None = None
    original_number: str = ""
    was_read_back: bool = False
    standings: frozenset[Standing] = frozenset()
    age_band: AgeBand | None = None
    language: str = "ja"
    organisation: str | None = None
    #: Name of an organisation without registration; empty: a person.
    organisation_name: str = ""
    #: How many people speak in it: a class of 24 children hands in one submission.
    people_count: int = 1
    submitter: Submitter | None = None
    #: What stands above it (件名).
    title: str = ""
    #: The occasion at which it was heard (domain.origins); empty: none.
    origin: str = ""


def text_key(body: str) -> str:
    """Return the same key for texts that differ only in spaces, punctuation, width, case or kana (文面の種類)."""
    return hashlib.sha256(letters_of(body).encode()).hexdigest()


#: What is neither a letter nor a digit, exactly as `str.isalnum` has it, and many times faster.
_NO_LETTER = re.compile(r"[\W_]+")
#: A mark between two digits keeps two numbers apart, or parts of one: 1.5 is not 15, nor 2、3 23. The comma in 1,500 does not.
_IN_NUMBER = re.compile(r"(\d)([^\w\s]+)(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def letters_of(body: str) -> str:
    """Return the letters and digits of a text, folded: by them texts are compared. A text of marks only: the marks.

    Where a mark stands between digits, they stay apart.
    """
    folded = fold(body)
    if _IN_NUMBER.search(folded):
        folded = _IN_NUMBER.sub(r"\1点", _THOUSANDS.sub("", folded))
    return _NO_LETTER.sub("", folded) or re.sub(r"\s", "", folded)


def name_key(name: str) -> str:
    """Return the same key for names that differ only in spaces, width, case or kana."""
    return hashlib.sha256(re.sub(r"\s", "", fold(name)).encode()).hexdigest()


def content_key(opinions: Iterable[OpinionText], files: Iterable[str] = ()) -> str:
    """Return the key under which a submission with the same opinions, and files, is recognised as sent twice."""
    pairs = [(opinion.about, opinion.body) for opinion in opinions]
    return content_key_of([*pairs, *(("file", sha256) for sha256 in sorted(files))])


def content_key_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the key of texts given as (what about, words)."""
    digest = hashlib.sha256()
    for about, body in pairs:
        digest.update(f"{about}\x00{body}\x01".encode())
    return digest.hexdigest()


def visibility_on_arrival(
    mode: ModerationMode, *, is_known: bool, flags: frozenset[PersonalData]
) -> Visibility:
    """Return whether an opinion is public as soon as it is received; `is_known`: sent from an account.

    What seems to contain personal data always waits for a person, except where the ward publishes first.
    """
    if mode is ModerationMode.PUBLISH_FIRST:
        return Visibility.PUBLISHED
    if flags:
        return Visibility.HELD
    if mode is ModerationMode.HOLD_FLAGGED or (mode is ModerationMode.HOLD_NEW and is_known):
        return Visibility.PUBLISHED
    return Visibility.RECEIVED


def visibility_after_screening(mode: ModerationMode) -> Visibility:
    """Return whether a screened opinion is public at once, or only with the published result."""
    return Visibility.RECEIVED if mode is ModerationMode.HOLD_ALL else Visibility.PUBLISHED
