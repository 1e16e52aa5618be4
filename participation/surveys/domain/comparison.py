"""The same question asked more than once (経年比較・他の区との比較): what differs, and what may be said of it.

Two shares are compared by the interval of their difference, not by whether their own intervals overlap: R. G. Newcombe,
Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998), method 10,
which puts Wilson's intervals of the two together. A difference whose interval holds 0 is not called one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participation.surveys.domain.intervals import Interval, wilson

#: The form in which figures are published for others to compare with.
FIGURES_FORM = "participation-survey-figures/1"
MOST_BYTES = 2_000_000
_NOT_FIGURES = "集計の公開データ（results.json）ではないようです。相手の区の結果のページから取った、JSONのファイルを選んでください。"

SELF_SELECTED = "どちらも自分から答えた人の集計です。答えた人の顔ぶれの違いによるものかもしれず、区民の考えが変わった（違う）とは言えません。"
MIXED = "無作為に選んだ調査と、自分から答えた人の集計を並べています。集め方が違うため、割合の違いは比べられません。"
RANDOM = "どちらも無作為に選んだ人への調査です。答えなかった人によるかたよりの分を除けば、幅に0が入らない違いは、偶然だけでは起こりにくいものです。"
OTHER_WORDS = (
    "設問の文や選択肢の言葉が違います。言葉の違いだけでも割合は変わるため、並べて見るだけにしてください。"
)


class NotFigures(ValueError):
    """Why a file is no file of published figures, in words for staff."""


@dataclass(frozen=True)
class Asking:
    """One question as it was asked once: by whom, when, of whom, with what result."""

    source: str
    when: str
    key: str
    text: str
    is_random_sample: bool
    answered: int
    #: Label of a choice → how many.
    choices: Mapping[str, int]

    def share(self, label: str) -> float | None:
        """Return the share of a choice; None where it was not offered."""
        if label not in self.choices or not self.answered:
            return None
        return self.choices[label] / self.answered

    def interval(self, label: str) -> Interval | None:
        """Return the interval of that share."""
        return wilson(self.choices[label], self.answered) if self.share(label) is not None else None


@dataclass(frozen=True)
class Difference:
    """How far two shares lie apart, in parts of one, with its interval."""

    by: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly makes such a difference."""
        return self.interval.low > 0 or self.interval.high < 0


@dataclass(frozen=True)
class Comparison:
    """Askings of one question side by side; differences are to the first of them."""

    askings: tuple[Asking, ...]
    labels: tuple[str, ...]
    #: label → one for each asking after the first; None where one of the two did not offer it.
    differences: Mapping[str, tuple[Difference | None, ...]]
    may_be_said: tuple[str, ...]


def difference(count: int, n: int, before: int, n_before: int) -> Difference | None:
    """Return how much larger the first share is than the second, with Newcombe's interval."""
    now, then = wilson(count, n), wilson(before, n_before)
    if now is None or then is None:
        return None
    share, share_before = count / n, before / n_before
    by = share - share_before
    down = math.hypot(share - now.low, then.high - share_before)
    up = math.hypot(now.high - share, share_before - then.low)
    return Difference(by, Interval(by - down, by + up))


def compare(askings: Sequence[Asking]) -> Comparison:
    """Return askings of one question side by side, and what may be said of their differences."""
    labels = tuple(dict.fromkeys(label for each in askings for label in each.choices))
    first = askings[0]
    found: dict[str, tuple[Difference | None, ...]] = {}
    for label in labels:
        found[label] = tuple(
            difference(each.choices[label], each.answered, first.choices[label], first.answered)
            if label in each.choices and label in first.choices
            else None
            for each in askings[1:]
        )
    return Comparison(tuple(askings), labels, found, _may_be_said(askings))


def _may_be_said(askings: Sequence[Asking]) -> tuple[str, ...]:
    said = []
    kinds = {each.is_random_sample for each in askings}
    said.append(MIXED if len(kinds) == 2 else RANDOM if True in kinds else SELF_SELECTED)
    if len({(each.text, tuple(each.choices)) for each in askings}) > 1:
        said.append(OTHER_WORDS)
    return tuple(said)


def read_figures(text: str) -> list[Asking]:
    """Read the published figures of a survey; raises NotFigures."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotFigures(_NOT_FIGURES) from error
    if not isinstance(said, dict) or said.get("form") != FIGURES_FORM:
        raise NotFigures(_NOT_FIGURES)
    try:
        source = f"{said['issuer']}「{said['title']}」"
        when = str(said["closes_at"])[:10]
        found = [_asking(each, source, when, said["is_random_sample"] is True) for each in said["questions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise NotFigures(_NOT_FIGURES) from error
    if not found:
        raise NotFigures(
            "このファイルには、比べられる設問（選択肢から選ぶ設問の公開された結果）がありません。"
        )
    return found


def _asking(each: Any, source: str, when: str, is_random_sample: bool) -> Asking:
    answered = each["answered"]
    choices = {str(choice["label"])[:200]: choice["count"] for choice in each["choices"]}
    numbers = [answered, *choices.values()]
    if not all(type(number) is int and 0 <= number <= 10**9 for number in numbers):
        raise ValueError("counts are whole numbers")
    if any(count > answered for count in choices.values()):
        raise ValueError("more chose it than answered")
    return Asking(
        source=source[:200],
        when=when,
        key=str(each["key"])[:40],
        text=str(each["text"])[:1000],
        is_random_sample=is_random_sample,
        answered=answered,
        choices=choices,
    )
