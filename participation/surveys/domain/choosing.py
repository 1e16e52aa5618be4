"""Questions answered by choosing: one, several, yes or no, a step on a scale, a place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from participation.foundation.text import character_count
from participation.surveys.domain.questions import (
    OTHER,
    Code,
    Fault,
    Option,
    Options,
    Parts,
    ShortText,
    Spec,
    in_random_order,
    labelled,
    one_of,
    only,
    only_parts,
    refuse_twins,
)

MOST_OTHER = 200


class WithOptions(Spec):
    """A question that offers options."""

    options: Options
    #: Whether each respondent sees them in an order of their own.
    shuffles: bool = False

    @model_validator(mode="after")
    def _different(self) -> WithOptions:
        refuse_twins(self.options)
        if sum(option.takes_text for option in self.options) > 1:
            raise ValueError("文を書ける「その他」は1つまでです")
        return self

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the options."""
        return labelled(self.options)

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the line for その他, where there is one."""
        return ((OTHER, "その他の内容"),) if self.other else ()

    @property
    def other(self) -> str:
        """The code of the option that takes words, "" if there is none."""
        return next((option.code for option in self.options if option.takes_text), "")

    def in_order(self, seed: int, salt: str) -> tuple[Option, ...]:
        """Return the options in the order in which a respondent with this seed sees them."""
        if not self.shuffles:
            return self.options
        moving = [option for option in self.options if not option.stays_last]
        fixed = tuple(option for option in self.options if option.stays_last)
        return in_random_order(moving, [option.code for option in moving], seed, salt) + fixed

    def free_text(self, value: Any) -> str:
        """Return what was written for その他."""
        return str(value.get("other", "")) if isinstance(value, dict) else ""

    def with_free_text(self, value: Any, text: str) -> Any:
        """Return the answer with other words for その他."""
        return {**value, "other": text} if isinstance(value, dict) else value

    @property
    def takes_words(self) -> bool:
        """Whether there is a その他."""
        return bool(self.other)

    def _other_text(self, given: Parts, chosen: bool) -> str:
        only_parts(given, ("", OTHER) if self.other else ("",))
        if not chosen:
            return ""  # words typed before another option was chosen: ignored, as the page hides them
        text = " ".join(only(given, OTHER).split())
        if character_count(text) > MOST_OTHER:
            raise Fault(f"その他の内容は{MOST_OTHER}文字以内にしてください。", OTHER)
        return text


class SingleSpec(WithOptions):
    """One of several (一つだけ選ぶ). Stored: the code, or {"choice": code, "other": words}."""

    kind: Literal["single"] = "single"

    def read(self, given: Parts) -> str | dict[str, str] | None:
        """Take one of the options, and words for その他."""
        code = one_of(given, self.choices())
        text = self._other_text(given, chosen=bool(self.other) and code == self.other)
        return {"choice": code, "other": text} if code and text else code

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the option and its words."""
        if isinstance(value, dict):
            return {"": [value["choice"]], OTHER: [value["other"]]}
        return {"": [value]}

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return the option."""
        if part:
            return ()
        return (value["choice"] if isinstance(value, dict) else str(value),)

    def words(self, value: Any) -> str:
        """Return the label, and the words of その他."""
        return _with_other(super().words(value), self.free_text(value))


class DropdownSpec(SingleSpec):
    """One of many, from a list that opens (一覧から選ぶ)."""

    kind: Literal["dropdown"] = "dropdown"  # type: ignore[assignment]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=300)]


class MultipleSpec(WithOptions):
    """Several of several (いくつでも選ぶ), between `least` and `most`. Stored: codes in the question's order."""

    kind: Literal["multiple"] = "multiple"
    least: Annotated[int, Field(ge=1, le=30)] = 1
    most: Annotated[int, Field(ge=1, le=30)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> MultipleSpec:
        ordinary = sum(not option.is_exclusive for option in self.options)
        most = self.most if self.most is not None else ordinary
        if not self.least <= most <= ordinary:
            raise ValueError("選べる数は、選択肢の数までで、最少は最多以下にしてください")
        return self

    def read(self, given: Parts) -> list[str] | dict[str, Any] | None:
        """Take the options in the order of the question, each once."""
        sent = [code for code in given.get("", ()) if code]
        chosen = set(sent)
        text = self._other_text(given, chosen=bool(self.other) and self.other in chosen)
        if not chosen:
            return None
        known = [code for code, _ in self.choices()]
        if len(chosen) != len(sent) or not chosen <= set(known):
            raise Fault("選択肢の中から選んでください。")
        self._refuse_numbers(chosen)
        codes = [code for code in known if code in chosen]
        return {"choices": codes, "other": text} if text else codes

    def _refuse_numbers(self, chosen: set[str]) -> None:
        alone = [option for option in self.options if option.is_exclusive and option.code in chosen]
        if alone:
            if len(chosen) > 1:
                raise Fault(f"「{alone[0].label}」は、ほかの答えと一緒には選べません。")
            return
        if self.most is not None and len(chosen) > self.most:
            raise Fault(f"{self.most}つまで選べます（今は{len(chosen)}つ）。")
        if len(chosen) < self.least:
            raise Fault(f"{self.least}つ以上選んでください（今は{len(chosen)}つ）。")

    def given(self, value: Any) -> dict[str, list[str]]:
        """Return the options and the words of その他."""
        if isinstance(value, dict):
            return {"": list(value["choices"]), OTHER: [value["other"]]}
        return {"": list(value)}

    def atoms(self, value: Any, part: str = "") -> tuple[str, ...]:
        """Return every option chosen."""
        if part:
            return ()
        return tuple(value["choices"] if isinstance(value, dict) else value)

    def words(self, value: Any) -> str:
        """Return the labels, and the words of その他."""
        return _with_other(super().words(value), self.free_text(value))


class YesNoSpec(Spec):
    """Yes or no (はい・いいえ), where wanted with わからない."""

    kind: Literal["yes_no"] = "yes_no"
    has_unsure: bool = True

    def read(self, given: Parts) -> str | None:
        """Take one of the two or three."""
        only_parts(given, ("",))
        return one_of(given, self.choices())

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return はい, いいえ and わからない."""
        ends = (("yes", "はい"), ("no", "いいえ"))
        return (*ends, ("unsure", "わからない")) if self.has_unsure else ends


class ScaleSpec(Spec):
    """A step on a scale (段階で答える): the ends named, or every step; where wanted with わからない."""

    kind: Literal["scale"] = "scale"
    low: Annotated[int, Field(ge=0, le=1)] = 1
    high: Annotated[int, Field(ge=2, le=10)] = 5
    low_label: ShortText
    high_label: ShortText
    #: Names of the steps between the ends, in order; empty or one for each.
    between: Annotated[tuple[ShortText, ...], Field(max_length=9)] = ()
    has_unsure: bool = False

    @model_validator(mode="after")
    def _possible(self) -> ScaleSpec:
        if self.between and len(self.between) != self.high - self.low - 1:
            raise ValueError("途中の段階の名前は、すべての段階に付けるか、付けないかのどちらかにしてください")
        return self

    def read(self, given: Parts) -> int | str | None:
        """Take one of the steps, or わからない."""
        only_parts(given, ("",))
        step = one_of(given, self.choices())
        return step if step in (None, "unsure") else int(step)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the steps."""
        names = {self.low: self.low_label, self.high: self.high_label}
        names.update(enumerate(self.between, start=self.low + 1))
        steps = tuple(
            (str(step), f"{step}（{names[step]}）" if step in names else str(step))
            for step in range(self.low, self.high + 1)
        )
        return (*steps, ("unsure", "わからない")) if self.has_unsure else steps

    @property
    def is_ordered(self) -> bool:
        """Steps have an order."""
        return True


class Spot(BaseModel):
    """A place that can be chosen (場所): named, with its position where it is known (degrees, JGD2011)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: ShortText
    latitude: Annotated[float, Field(ge=20, le=46)] | None = None
    longitude: Annotated[float, Field(ge=122, le=154)] | None = None
    #: What it belongs to (地区): the list is shown under these names.
    group: Annotated[str, StringConstraints(max_length=80)] = ""


class PlaceSpec(Spec):
    """A place (場所): a 住区 or one of the spots given, from a list; a map beside it shows where they are."""

    kind: Literal["place"] = "place"
    spots: Annotated[tuple[Spot, ...], Field(min_length=2, max_length=300)]

    @model_validator(mode="after")
    def _different(self) -> PlaceSpec:
        for what in ("code", "label"):
            values = [getattr(spot, what) for spot in self.spots]
            if len(set(values)) != len(values):
                raise ValueError("同じ場所が2つあります")
        return self

    def read(self, given: Parts) -> str | None:
        """Take one of the places."""
        only_parts(given, ("",))
        return one_of(given, self.choices())

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the places."""
        return tuple((spot.code, spot.label) for spot in self.spots)


def _with_other(words: str, text: str) -> str:
    return f"{words}（{text}）" if text else words
