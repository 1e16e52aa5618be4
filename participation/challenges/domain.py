"""Stages of a challenge and kinds of resources (data); how an idea is written down; states of links and calls."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

SEED = Path(__file__).parent / "seed"
#: Where documents of challenges are kept (foundation.files).
FILE_ROOM = "challenges"
MOST_TITLE, MOST_TEXT, MOST_REASON, MOST_CONTACT = 100, 2000, 1000, 200
MOST_MATERIALS, MOST_TIES = 20, 10
#: So many ideas one person offers in 24 hours.
IDEAS_A_DAY = 5
#: Texts are compared by their beginnings; less than this in common is no candidate.
COMPARED, LEAST_LIKENESS, MOST_CANDIDATES = 400, 0.15, 5


@dataclass(frozen=True)
class ChallengeStage:
    """A stage that a challenge stands at (課題の段階), as its ward words it."""

    code: str
    name: str
    meaning: str
    kind: str
    follows: tuple[str, ...]
    takes_ideas: bool
    is_final: bool


@cache
def stages() -> Mapping[str, ChallengeStage]:
    """Return the stages by code, in order; a posted challenge begins at the first."""
    with (SEED / "stages.toml").open("rb") as file:
        rows = tomllib.load(file)["stages"]
    found = {row["code"]: ChallengeStage(**{**row, "follows": tuple(row["follows"])}) for row in rows}
    for stage in found.values():
        unknown = set(stage.follows) - found.keys()
        if unknown:
            raise ValueError(f"{stage.code} leads to unknown stages: {sorted(unknown)}")
    return found


def first_stage() -> ChallengeStage:
    """Return the stage at which a posted challenge begins."""
    return next(iter(stages().values()))


@cache
def resources() -> Mapping[str, str]:
    """Return the kinds of resources (求めるもの・出せるもの): code → name, in order."""
    with (SEED / "resources.toml").open("rb") as file:
        return {row["code"]: row["name"] for row in tomllib.load(file)["resources"]}


def resource_names(codes: Sequence[str]) -> str:
    """Return kinds of resources in words; a kind that the ward no longer has keeps its code."""
    return "、".join(resources().get(code, code) for code in codes)


@dataclass(frozen=True)
class ChallengeText:
    """The words of a challenge (課題の文章)."""

    title: str
    background: str
    wanted: str
    offer: str = ""

    def in_one(self) -> str:
        """Return the words in one piece, for comparing."""
        return f"{self.title} {self.wanted} {self.background}"


class MaterialKind(StrEnum):
    """In which form something known about a challenge is given (課題の資料の形)."""

    FIGURE = "figure"
    LINK = "link"
    FILE = "file"


MATERIAL_NAMES = {MaterialKind.FIGURE: "数字", MaterialKind.LINK: "リンク", MaterialKind.FILE: "ファイル"}

_OFFERS = "\n\n【出せるもの】\n"


@dataclass(frozen=True)
class IdeaText:
    """The words of an idea (アイデアの文章): kept in one piece, in the register of what was said, and only there."""

    title: str
    idea: str
    #: What who offers it could bring: people, place, money, skill.
    brings: str = ""

    def body(self) -> str:
        """Return the words in one piece."""
        return f"{self.title}\n\n{self.idea}" + (_OFFERS + self.brings if self.brings else "")

    @classmethod
    def read(cls, body: str) -> IdeaText:
        """Return the parts of a body: also of one in which words are covered with ■, which keep their places."""
        title, _, rest = body.partition("\n\n")
        idea, _, brings = rest.partition(_OFFERS)
        return cls(title, idea, brings)


class LinkState(StrEnum):
    """Whether an idea belongs to a challenge (課題との結び付けの状態)."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"


class LinkOrigin(StrEnum):
    """How an idea came to a challenge (結び付けのきっかけ)."""

    OFFERED = "offered"
    FOUND = "found"


LINK_ORIGIN_NAMES = {
    LinkOrigin.OFFERED: "この課題に出されたアイデアです。",
    LinkOrigin.FOUND: "似た言葉から見つけて、人が確かめて結び付けました。",
}


class LinkedBy(StrEnum):
    """Who confirmed or declined a link (結び付けを確かめた人)."""

    AUTHOR = "author"
    STAFF = "staff"


LINKED_BY_NAMES = {LinkedBy.AUTHOR: "アイデアを出した人", LinkedBy.STAFF: "区の職員"}


class CallSide(StrEnum):
    """Whether a call asks for something or gives it (募集の向き)."""

    NEEDS = "needs"
    OFFERS = "offers"


SIDE_NAMES = {CallSide.NEEDS: "探しています", CallSide.OFFERS: "出せます"}


class CallEnd(StrEnum):
    """How a call ended (募集の終わり方): it found what it sought, or it was called off."""

    DONE = "done"
    CALLED_OFF = "called_off"


CALL_END_NAMES = {CallEnd.DONE: "募集を終える", CallEnd.CALLED_OFF: "募集を取りやめる"}


class CallState(StrEnum):
    """How far a call is (募集の状態)."""

    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


#: (name, kind of tag).
CALL_STATE_NAMES = {
    CallState.OPEN: ("募集中", "open"),
    CallState.OVER: ("期限が過ぎました", "stop"),
    CallState.CLOSED: ("募集を終えました", "done"),
    CallState.CALLED_OFF: ("募集を取りやめました", "stop"),
}


def call_state(
    *, closed_at: datetime | None, apply_until: date | None, today: date, ended_as: CallEnd | None = None
) -> CallState:
    """Return how far a call is on a day; the last day of applying is still open."""
    if closed_at is not None:
        return CallState.CALLED_OFF if ended_as is CallEnd.CALLED_OFF else CallState.CLOSED
    return CallState.OVER if apply_until is not None and apply_until < today else CallState.OPEN


class ApplicationState(StrEnum):
    """What became of an application (応募の状態)."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


#: (name, kind of tag).
APPLICATION_NAMES = {
    ApplicationState.SENT: ("返事を待っています", "wait"),
    ApplicationState.ACCEPTED: ("いっしょに取り組みます", "done"),
    ApplicationState.DECLINED: ("お断りしました", "stop"),
    ApplicationState.TAKEN_BACK: ("応募をやめました", "stop"),
}


@dataclass(frozen=True)
class CallDraft:
    """A call as it is written (協力の募集の下書き)."""

    side: CallSide
    title: str
    text: str
    resources: tuple[str, ...]
    about_id: int | None = None
    area_id: int | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    apply_until: date | None = None
    #: How to reach the organisation: only those who were accepted read it.
    contact: str = ""

    def body(self) -> str:
        """Return the words in one piece."""
        return f"{self.title}\n\n{self.text}"

    def facts(self) -> dict[str, Any]:
        """Return what is not words: what is sought, where, when."""
        return {
            "side": self.side.value,
            "resources": list(self.resources),
            "about_id": self.about_id,
            "area_id": self.area_id,
            "begins_on": _written(self.begins_on),
            "ends_on": _written(self.ends_on),
            "apply_until": _written(self.apply_until),
        }

    def as_words(self) -> dict[str, Any]:
        """Return everything as it is kept while it waits for agreement."""
        return {"title": self.title, "text": self.text, "contact": self.contact, **self.facts()}

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> CallDraft:
        """Return the draft again."""
        return cls(
            CallSide(words["side"]),
            words["title"],
            words["text"],
            tuple(words["resources"]),
            words["about_id"],
            words["area_id"],
            begins_on=_read(words["begins_on"]),
            ends_on=_read(words["ends_on"]),
            apply_until=_read(words["apply_until"]),
            contact=words.get("contact", ""),
        )


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def title_of(body: str) -> str:
    """Return the title that stands at the head of an idea's or a call's words."""
    return body.partition("\n\n")[0]
