"""Reads the invented content (content/) into small records; knows nothing of the database."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
#: The consultation (案件) that a file of submissions belongs to when it names none.
DEFAULT_CONSULTATION = "draft"


@dataclass(frozen=True)
class Voice:
    """One opinion (意見) as it was written, and the point (論点) that staff put it in."""

    about: str
    text: str
    point: str | None = None
    child: str | None = None


@dataclass(frozen=True)
class Sent:
    """One submission (提出): who sent it, how, when, and its opinions."""

    key: str
    consultation: str
    channel: str
    #: Days since the consultation opened; for the standing counter, since the day of loading.
    day: int
    #: "21:04:20" in Tokyo, for what came over the web.
    time: str | None
    voices: tuple[Voice, ...]
    person: str | None = None
    organisation: str | None = None
    standings: tuple[str, ...] = ()
    language: str = "ja"
    postmark_day: int | None = None
    read_back: bool = False
    withdrawn: bool = False
    device: str | None = None
    batch: str | None = None
    note: str = ""
    #: Name of a file in content/attachments that came with it, which its author allows everybody to read.
    attachment: str = ""
    #: Which of the hard cases (難物) this one is.
    hard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Post:
    """A casual post (投稿) and the replies to it."""

    key: str
    person: str
    day: int
    kind: str
    text: str
    language: str = "ja"
    hidden: dict[str, str] | None = None
    withdrawn: bool = False
    edited: dict[str, Any] | None = None
    redacted: dict[str, Any] | None = None
    replies: tuple[Post, ...] = field(default=())

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Post]]:
        """Yield this post and everything under it, with its depth."""
        yield depth, self
        for reply in self.replies:
            yield from reply.walk(depth + 1)


@dataclass(frozen=True)
class Talk:
    """A thread (話し合い): what it is about, its title and its first post."""

    about: str
    title: str
    first: Post


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file in content/."""
    with (CONTENT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def listed(name: str) -> list[dict[str, Any]]:
    """Return the entries of a YAML file in content/ that holds one list."""
    loaded: dict[str, list[dict[str, Any]]] = _yaml(CONTENT / f"{name}.yaml")
    return loaded[name]


@cache
def consultations() -> list[dict[str, Any]]:
    """Return the six consultations (案件)."""
    return _consultations_file()["consultations"]


@cache
def standing() -> list[dict[str, Any]]:
    """Return what is always open (区民の声)."""
    return _consultations_file()["standing"]


@cache
def submissions() -> tuple[Sent, ...]:
    """Return every submission, in the order of the files."""
    found = []
    for path in sorted((CONTENT / "submissions").glob("*.yaml")):
        loaded = _yaml(path)
        consultation = loaded.get("consultation", DEFAULT_CONSULTATION)
        found += [_sent(entry, consultation) for entry in loaded["submissions"]]
    return tuple(found)


@cache
def talks() -> tuple[Talk, ...]:
    """Return every thread with its posts."""
    return tuple(Talk(entry["about"], entry["title"], _post(entry)) for entry in listed("threads"))


def _sent(entry: dict[str, Any], consultation: str) -> Sent:
    voices = tuple(
        Voice(voice["about"], voice["text"], voice.get("point"), voice.get("child"))
        for voice in entry["opinions"]
    )
    return Sent(
        key=entry["id"],
        consultation=consultation,
        channel=entry.get("channel", "web"),
        day=entry["day"],
        time=entry.get("time"),
        voices=voices,
        person=entry.get("person"),
        organisation=entry.get("organisation"),
        standings=tuple(entry.get("standing", ())),
        language=entry.get("language", "ja"),
        postmark_day=entry.get("postmark_day"),
        read_back=entry.get("read_back", False),
        withdrawn=entry.get("withdraw", False),
        device=entry.get("device"),
        batch=entry["batch"]["name"] if "batch" in entry else None,
        note=entry.get("note", ""),
        attachment=entry.get("attachment", ""),
        hard=frozenset(entry.get("hard", ())),
    )


def _post(entry: dict[str, Any]) -> Post:
    return Post(
        key=entry["id"],
        person=entry["person"],
        day=entry["day"],
        kind=entry["kind"],
        text=entry["text"],
        language=entry.get("language", "ja"),
        hidden=entry.get("hidden"),
        withdrawn=entry.get("withdrawn", False),
        edited=entry.get("edited"),
        redacted=entry.get("redacted"),
        replies=tuple(_post(reply) for reply in entry.get("replies", ())),
    )


def _consultations_file() -> dict[str, list[dict[str, Any]]]:
    with (CONTENT / "consultations.toml").open("rb") as file:
        return tomllib.load(file)


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
