"""What in a text may need a person's care (気をつけたい文): hints with their places, never a verdict.

Anger is not an insult and a request is not a petition: a word only says where somebody should look.
The words, and the answers prepared for their authors, are ward data (contributions/seed).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from participation.contributions.domain.personal_data import plain_with_places

SEED = Path(__file__).parents[1] / "seed"


class ConcernKind(StrEnum):
    """Which queue of the desk a text belongs to (要注意の列)."""

    CRY_FOR_HELP = "cry_for_help"
    PERSONAL_DATA = "personal_data"
    OFFENSIVE = "offensive"
    OTHER_PROCEDURE = "other_procedure"
    OTHER_OFFICE = "other_office"


CONCERN_NAMES = {
    ConcernKind.CRY_FOR_HELP: "助けを求める声",
    ConcernKind.PERSONAL_DATA: "個人情報",
    ConcernKind.OFFENSIVE: "攻撃的",
    ConcernKind.OTHER_PROCEDURE: "別の制度",
    ConcernKind.OTHER_OFFICE: "他の機関",
}


@dataclass(frozen=True)
class Window:
    """Where somebody is listened to or served (窓口): ward data."""

    name: str
    telephone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Topic:
    """One matter to look out for, with its words, the answer prepared for the author, and the windows."""

    code: str
    kind: ConcernKind
    title: str
    words: tuple[str, ...]
    #: Longer expressions in which the words mean something else.
    unless: tuple[str, ...] = ()
    #: What staff may send to the author, as it is.
    answer: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def answer_with_windows(self) -> str:
        """The prepared answer, with the windows below it."""
        return "\n".join([self.answer, *(window_line(each) for each in self.windows)]).strip()


@dataclass(frozen=True, order=True)
class Concern:
    """Where a text touches a topic: from `start` up to, not including, `end`."""

    start: int
    end: int
    topic: str


def window_line(window: Window) -> str:
    """Return a window in one line: name, telephone number, hours."""
    return "・" + " ".join(part for part in (window.name, window.telephone, window.hours) if part)


def read_topics(ward: str) -> tuple[Topic, ...]:
    """Return the topics with the windows of a ward; a ward without a file of its own has none yet."""
    rows = tomllib.loads((SEED / "concerns.toml").read_text("utf-8"))["topic"]
    file = SEED / ward / "windows.toml"
    windows = tomllib.loads(file.read_text("utf-8"))["window"] if file.exists() else []
    return tuple(
        Topic(
            code=row["code"],
            kind=ConcernKind(row["kind"]),
            title=row["title"],
            words=tuple(row["words"]),
            unless=tuple(row.get("unless", ())),
            answer=row["answer"],
            windows=tuple(
                Window(each["name"], each.get("telephone", ""), each.get("hours", ""))
                for each in windows
                if row["code"] in each["topics"]
            ),
        )
        for row in rows
    )


_topics: list[Topic] = []


def use_topics(topics: Sequence[Topic]) -> None:
    """Say which topics this deployment looks out for: those of its ward."""
    _topics[:] = topics


def known_topics() -> tuple[Topic, ...]:
    """Return the topics that this deployment looks out for."""
    return tuple(_topics)


def topics_of(text: str, kind: ConcernKind | None = None) -> list[Topic]:
    """Return the topics that a text touches, of one kind or of all, each once, in the order of the file."""
    wanted = [topic for topic in _topics if kind is None or topic.kind is kind]
    touched = {found.topic for found in find_concerns(text, wanted)}
    return [topic for topic in wanted if topic.code in touched]


def find_concerns(text: str, topics: Sequence[Topic]) -> list[Concern]:
    """Return where the text touches the topics, in reading order; once for each topic and place."""
    plain, places = plain_with_places(text)
    folded = _in_hiragana(plain)
    found = [
        Concern(places[match.start()], places[match.end() - 1] + 1, topic.code)
        for topic in topics
        for match in _pattern(topic.words, topic.unless).finditer(folded)
        if match["word"] is not None
    ]
    return sorted(found)


def _in_hiragana(text: str) -> str:
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in text)


@cache
def _pattern(words: tuple[str, ...], unless: tuple[str, ...]) -> re.Pattern[str]:
    """What is not meant is tried first and, being found, passed over."""
    meant, not_meant = (
        "|".join(re.escape(_in_hiragana(plain_with_places(each)[0])) for each in sorted(some, key=len)[::-1])
        for some in (words, unless)
    )
    return re.compile(f"(?:{not_meant})|(?P<word>{meant})" if unless else f"(?P<word>{meant})")
