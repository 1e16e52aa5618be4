"""What a question is (設問): its words, and settings that say what counts as an answer.

Each question keeps its kind and its settings as JSON, validated by one of the models of this package
(`writing`, `choosing`, `tables`; `kinds` joins them). A new kind is one more model; tables, pages and
commands stay as they are. What a form sends is read here on the server only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from participation.foundation.errors import Refused
from participation.foundation.text import clean

#: What a form sent for one question: part → values. The part "" is the question itself; others are the
#: rows of a table, the options of a ranking, or OTHER.
Parts = Mapping[str, Sequence[str]]
OTHER = "other"

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,20}$")]

SENT_TWICE = "この設問の答えが2つ届きました。画面を開き直してください。"


class Fault(ValueError):
    """Why what was given is not an answer, in words for the person who gave it; `part` says where."""

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(reason)
        self.part = part


class Spec(BaseModel):
    """The settings of a question; `kind` says which model reads them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def read(self, given: Parts) -> Any:
        """Return the answer in the form in which it is stored, None if nothing was given; raises Fault."""
        raise NotImplementedError

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return what a form would send for a stored answer: the opposite of `read`."""
        return {"": [str(value)]}

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return (part, label) of the parts that a form sends besides "" (行・順位をつける選択肢など)."""
        return ()

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return (code, label) of what can be chosen, in order; empty for words and numbers."""
        return ()

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return the codes that this answer adds one to, each at most 50 characters."""
        return self.atoms(value)

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return the plain values that a condition compares, of the whole answer or of one part."""
        return () if part else (str(value),)

    def breakdown(self, value: Any) -> tuple[str, ...]:
        """Return the categories of the answer in a cross table (クロス集計の区分)."""
        return self.counted(value)

    def breakdown_choices(self) -> tuple[tuple[str, str], ...]:
        """Return (code, label) of all categories of a cross table; empty where it cannot be one."""
        return self.choices()

    def words(self, value: Any) -> str:
        """Return the answer as a person reads it."""
        labels = dict(self.choices())
        return "、".join(labels.get(code, code) for code in self.counted(value))

    def free_text(self, value: Any) -> str:
        """Return the words of one's own in an answer, "" where there are none."""
        del value
        return ""

    def with_free_text(self, value: Any, text: str) -> Any:
        """Return an answer with other words of one's own in it: covered (黒塗り), or erased."""
        del text
        return value

    @property
    def takes_words(self) -> bool:
        """Whether an answer may hold words of one's own."""
        return False

    @property
    def is_ordered(self) -> bool:
        """Whether the values have an order, so that a condition may ask for more or less."""
        return False


class Option(BaseModel):
    """One of the answers offered (選択肢)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: ShortText
    #: Chosen alone (「あてはまるものはない」).
    is_exclusive: bool = False
    #: Asks for words of one's own (その他).
    takes_text: bool = False
    #: Public id of a picture that shows it, and what the picture shows (代替テキスト).
    image: Annotated[str, StringConstraints(max_length=40)] = ""
    image_text: Annotated[str, StringConstraints(max_length=200)] = ""

    @property
    def stays_last(self) -> bool:
        """Whether the option keeps its place at the end when the others are put in random order."""
        return self.is_exclusive or self.takes_text


Options = Annotated[tuple[Option, ...], Field(min_length=2, max_length=30)]


def refuse_twins(options: Iterable[Option]) -> None:
    """Raise ValueError where two options have the same code or the same label."""
    for what in ("code", "label"):
        values = [getattr(option, what) for option in options]
        if len(set(values)) != len(values):
            raise ValueError("同じ選択肢が2つあります")


def labelled(options: Iterable[Option]) -> tuple[tuple[str, str], ...]:
    """Return (code, label) of options."""
    return tuple((option.code, option.label) for option in options)


def only(given: Parts, part: str = "") -> str:
    """Return the one value given for a part, "" if none; raises Fault if there are several.

    What no machine can store or show (broken characters, 外字) is a Fault too.
    """
    values = given.get(part, ())
    if len(values) > 1:
        raise Fault(SENT_TWICE, part)
    try:
        return clean(values[0]).strip() if values else ""
    except Refused as refusal:
        raise Fault(refusal.reason, part) from refusal


def one_of(given: Parts, choices: Iterable[tuple[str, str]], part: str = "") -> str | None:
    """Return the choice given for a part, None if none; raises Fault if it is not offered."""
    values = given.get(part, ())
    if not values or tuple(values) == ("",):
        return None
    if len(values) != 1 or values[0] not in dict(choices):
        raise Fault("選択肢の中から一つ選んでください。", part)
    return values[0]


def only_parts(given: Parts, allowed: Iterable[str]) -> None:
    """Raise Fault where something came for a part that the question does not have."""
    if {part for part, values in given.items() if any(values)} - set(allowed):
        raise Fault("この設問にない欄への答えが届きました。画面を開き直してください。")


Item = TypeVar("Item")


def in_random_order(items: Sequence[Item], codes: Sequence[str], seed: int, salt: str) -> tuple[Item, ...]:
    """Return the items in an order that the respondent's recorded seed decides (無作為の順).

    The order is that of SHA-256 over seed, salt and code: the same on every machine and for ever, so an
    analysis can tell in which order somebody saw the options.
    """

    def rank(place: int) -> bytes:
        return hashlib.sha256(f"{seed}:{salt}:{codes[place]}".encode()).digest()

    return tuple(items[place] for place in sorted(range(len(items)), key=rank))
