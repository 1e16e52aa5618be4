"""What gatherings are, how they go on, who gets a seat; pure words and rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

#: The folder in which the files of records are kept (foundation.files).
FILE_ROOM = "gatherings"
#: The kind under which a gathering stands among the subjects, and opinions name where they were said.
SUBJECT_KIND = "gathering"

MOST_TITLE, MOST_TEXT, MOST_PLACE = 120, 4000, 300
MOST_CAPACITY = 5_000
#: Most people in one registration; more are asked to call.
MOST_PEOPLE = 10
MOST_NOTE = 500
MOST_TOPICS = 20
MOST_RECORD = 30_000
MOST_FILES = 10
#: Voices are taken from the room from an hour before the beginning to a day after the end.
VOICES_BEFORE, VOICES_AFTER = timedelta(hours=1), timedelta(days=1)
#: The door opens two hours before the beginning, and is closed the day after.
DOOR_BEFORE, DOOR_AFTER = timedelta(hours=2), timedelta(days=1)
#: Characters of the secret in the link of a registration, and of the code at the door.
SECRET_LENGTH, DOOR_LENGTH = 16, 8


class GatheringKind(StrEnum):
    """What kind of gathering it is (集まりの種類)."""

    BRIEFING = "briefing"
    ROUND_TABLE = "round_table"
    OPEN_HOUSE = "open_house"
    WORKSHOP = "workshop"
    DISTRICT_COUNCIL = "district_council"


KIND_NAMES = {
    GatheringKind.BRIEFING: "説明会",
    GatheringKind.ROUND_TABLE: "懇談会",
    GatheringKind.OPEN_HOUSE: "オープンハウス",
    GatheringKind.WORKSHOP: "ワークショップ",
    GatheringKind.DISTRICT_COUNCIL: "住区住民会議",
}

#: What one does there, for somebody who never went.
KIND_MEANINGS = {
    GatheringKind.BRIEFING: "区の職員が説明し、質問に答えます。",
    GatheringKind.ROUND_TABLE: "少ない人数で、区の職員と話し合います。",
    GatheringKind.OPEN_HOUSE: "時間のあいだ、いつ来ていつ帰ってもかまいません。パネルを見て、職員に質問できます。",
    GatheringKind.WORKSHOP: "グループに分かれて、考えを出し合います。",
    GatheringKind.DISTRICT_COUNCIL: "住区の人が集まって、地域のことを話し合います。",
}


class GatheringState(StrEnum):
    """How far a gathering has come (集まりの状態)."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    HELD = "held"
    RECORDED = "recorded"
    CANCELLED = "cancelled"


#: (name, kind of tag).
STATE_NAMES = {
    GatheringState.DRAFT: ("下書き", "wait"),
    GatheringState.ANNOUNCED: ("これから", "open"),
    GatheringState.HELD: ("終わりました", "work"),
    GatheringState.RECORDED: ("記録を公開", "done"),
    GatheringState.CANCELLED: ("中止", "stop"),
}


class Need(StrEnum):
    """What somebody needs in order to take part (参加への配慮)."""

    SIGN_LANGUAGE = "sign_language"
    CAPTIONING = "captioning"
    CHILDCARE = "childcare"
    WHEELCHAIR = "wheelchair"
    INTERPRETER = "interpreter"


NEED_NAMES = {
    Need.SIGN_LANGUAGE: "手話通訳",
    Need.CAPTIONING: "要約筆記",
    Need.CHILDCARE: "保育",
    Need.WHEELCHAIR: "車いすの席",
    Need.INTERPRETER: "外国語の通訳",
}


class RegistrationState(StrEnum):
    """Whether somebody has a seat (申し込みの状態)."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


#: (name, kind of tag).
REGISTRATION_NAMES = {
    RegistrationState.REGISTERED: ("参加できます", "open"),
    RegistrationState.WAITING: ("キャンセル待ち", "wait"),
    RegistrationState.CANCELLED: ("取り消しました", "stop"),
}


class RecordState(StrEnum):
    """How far the record of a gathering has come (記録の状態)."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


RECORD_NAMES = {
    RecordState.DRAFTED: ("書いています", "work"),
    RecordState.SUBMITTED: ("ほかの職員の確認を待っています", "wait"),
    RecordState.PUBLISHED: ("公開しました", "done"),
}


@dataclass(frozen=True)
class GatheringDraft:
    """What staff decide about a gathering."""

    title: str
    kind: GatheringKind
    starts_at: datetime
    ends_at: datetime
    description: str = ""
    place: str = ""
    access: str = ""
    online_url: str = ""
    capacity: int | None = None
    has_waiting_list: bool = True
    needs_registration: bool = True
    asks_name: bool = False
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    languages: tuple[str, ...] = ("ja",)
    needs_offered: frozenset[Need] = frozenset()
    needs_note: str = ""
    contact: str = ""
    consultation_id: int | None = None
    area_id: int | None = None
    district_id: int | None = None
    section_id: int | None = None
    topics: tuple[int, ...] = ()
    #: The public figure that becomes the seed of the draw of the invited, said beforehand.
    seed_source: str = ""
    by_invitation: bool = False


@dataclass(frozen=True)
class Attendee:
    """Who registers, as far as they say (申し込む人): kept apart and sealed, never shown in a list."""

    name: str = ""
    email: str = ""
    phone: str = ""
    needs: frozenset[Need] = frozenset()
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is sealed."""
        return {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "needs": sorted(self.needs),
            "note": self.note,
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Attendee:
        """Return it as it was sealed."""
        return cls(
            str(kept["name"]),
            str(kept["email"]),
            str(kept["phone"]),
            frozenset(Need(each) for each in kept["needs"]),
            str(kept["note"]),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is to be kept of them."""
        return self == Attendee()


@dataclass(frozen=True)
class RegistrationDraft:
    """What somebody fills in to take part (申し込み)."""

    people: int = 1
    #: None in a change: as it was.
    attendee: Attendee | None = None
    #: The number on a letter of invitation, where one is needed.
    code: str = ""


def free_seats(capacity: int | None, taken: int) -> int | None:
    """Return how many seats are free; None: as many as come."""
    return None if capacity is None else max(0, capacity - taken)


def fits(people: int, free: int | None) -> bool:
    """Return whether so many people find a seat."""
    return free is None or people <= free


def who_moves_up(waiting: Sequence[tuple[int, int]], free: int | None) -> list[int]:
    """Return which of those waiting get a seat: (id, people) in the order in which they came.

    The order is kept; a party for which there is no room goes on waiting, and those behind it who fit
    are not kept out: an empty seat helps nobody.
    """
    moved = []
    for registration_id, people in waiting:
        if fits(people, free):
            moved.append(registration_id)
            free = None if free is None else free - people
    return moved


def count_needs(asked: Iterable[Iterable[Need]]) -> dict[Need, int]:
    """Return how many registrations ask for each need, in the order in which needs are named."""
    counts = dict.fromkeys(Need, 0)
    for needs in asked:
        for need in needs:
            counts[need] += 1
    return {need: count for need, count in counts.items() if count}


_DOOR_CODE = re.compile(r"/([0-9a-z]{10})/([0-9a-z]{8})/?\s*$")
_TYPED_CODE = re.compile(r"([0-9a-z]{10})[-\s]*([0-9a-z]{8})\s*$")


def read_door_code(typed: str) -> tuple[str, str] | None:
    """Return (public id, code) of what a reader at the door gave: the address in the QR code, or typed by hand."""
    plain = typed.strip().lower()
    found = _DOOR_CODE.search(plain) or _TYPED_CODE.fullmatch(plain)
    return (found.group(1), found.group(2)) if found else None


def origin_of(public_id: str) -> str:
    """Return what a submission names as its origin when it was said at a gathering."""
    return f"{SUBJECT_KIND}:{public_id}"
