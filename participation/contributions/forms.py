"""What the forms of all ways of speaking share: a word of care before something is sent, and help after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from flask import flash
from wtforms import BooleanField

from participation.contributions.domain import (
    PERSONAL_DATA_NAMES,
    ConcernKind,
    find_personal_data,
    topics_of,
)
from participation.web.forms import Form

#: The category of the message that offers help. It names topics, never words: it travels in a cookie.
HELP = "help"


MAY_BE_SENT = "個人の情報らしいところがあります。確かめて、よければ印を付けてもう一度送ってください。"


@dataclass(frozen=True)
class Found:
    """What looks like personal data in a text, quoted (個人情報らしいもの)."""

    where: str
    words: str
    kind: str


def found_in(texts: Iterable[tuple[str, str]]) -> list[Found]:
    """Return what looks like personal data in texts given as (what it is called, the text)."""
    return [
        Found(where, text[each.start : each.end], PERSONAL_DATA_NAMES[each.kind])
        for where, text in texts
        for each in find_personal_data(text)
    ]


class CarefulForm(Form):
    """A form whose words others may read (送る前の注意).

    Where they seem to hold personal data, it comes back with the passages quoted; whoever ticks
    「このまま送る」 sends them as they are. Nothing is refused for good.
    """

    #: The fields that are looked at, by name.
    careful_with: ClassVar[tuple[str, ...]] = ("body",)

    anyway = BooleanField("このまま送る")
    warns = False

    def texts(self) -> list[tuple[str, str]]:
        """Return (label, text) of what others may read."""
        fields = [self._fields[name] for name in self.careful_with if name in self._fields]
        return [(field.label.text, field.data or "") for field in fields]

    @cached_property
    def found(self) -> list[Found]:
        """What looks like personal data in the form as it was sent."""
        return found_in(self.texts())

    def is_sending(self) -> bool:
        """Whether the form is being sent, not only kept as a draft."""
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; then warn once about what seems to be personal data."""
        if not super().validate(extra_validators):
            return False
        self.warns = self.is_sending() and not self.anyway.data and bool(self.found)
        if self.warns:
            self.anyway.errors = [MAY_BE_SENT]
        return not self.warns

    def after_sending(self) -> None:
        """Offer help on the next page to somebody whose words sound like a cry for it."""
        offer_help(text for _, text in self.texts())


def offer_help(texts: Iterable[str]) -> None:
    """Offer help on the next page if one of the texts sounds like a cry for it."""
    topics = topics_of("\n".join(texts), ConcernKind.CRY_FOR_HELP)
    if topics:
        flash(" ".join(topic.code for topic in topics), HELP)
