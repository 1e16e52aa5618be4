"""What an organisation may be about to do in its own name, and what a delegate says of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from participation.access.actors import Actor, Right
from participation.access.rules import Decision


class Stance(StrEnum):
    """What a delegate says before something goes out in their organisation's name (団体の中の承認)."""

    AGREES = "agrees"
    DISAGREES = "disagrees"


STANCE_NAMES = {Stance.AGREES: "承認する", Stance.DISAGREES: "別の意見がある"}


def words_key(words: Mapping[str, Any]) -> str:
    """Return the mark of what is agreed to: other words need another agreement."""
    written = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Shown:
    """What a delegate reads before they agree."""

    #: What it is about, and where that stands.
    title: str
    path: str
    #: (heading, words) that would go out.
    parts: tuple[tuple[str, str], ...] = ()
    #: (part, difference) where words that are public already would change.
    changes: tuple[tuple[str, Any], ...] = ()
    #: What else it means, in a sentence.
    note: str = ""


@dataclass(frozen=True)
class Done:
    """What became of it: where it stands now, and the public id of what it is about."""

    path: str
    about: str


@dataclass(frozen=True)
class Act:
    """Something that is done in an organisation's name (団体の名前で行うこと), as its slice declares it."""

    #: The action whose rule allows it: "proposals.revise".
    code: str
    name: str
    #: Which right of a delegate it needs.
    right: Right
    #: What a delegate reads; the words are those that were asked about, private ones too.
    show: Callable[[Any, Mapping[str, Any]], Shown]
    #: Whether somebody may do it now.
    may: Callable[[Any, Actor], Decision]
    #: Does it, in the very words.
    carry_out: Callable[[Any, Mapping[str, Any], Actor], Done]
    #: Refuses words that could not go out, before anybody is asked.
    check: Callable[[Any, Mapping[str, Any]], None] | None = None
    #: Whether 少数意見 may be read by everybody: not of what two organisations say to each other.
    is_public: bool = True
    #: Names of words that are sealed while it waits: how somebody is reached.
    private: frozenset[str] = frozenset()
    #: How words are marked, where the act has a way of its own.
    key: Callable[[Mapping[str, Any]], str] = field(default=words_key)
    #: The page on which it is agreed to, where it is not the common one: from the public id of what it is about.
    page: Callable[[str], str] | None = None


_acts: dict[str, Act] = {}


def register_act(act: Act) -> None:
    """Let a slice say what of it is done in an organisation's name."""
    _acts[act.code] = act


def get_act(code: str) -> Act:
    """Return an act by its code; an unknown one is an error in the program."""
    return _acts[code]
