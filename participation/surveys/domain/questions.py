"""What can be asked (設問の種類): each kind as data, read on the server only.

Each question keeps its kind and its settings as JSON, validated by one of the models below. A new
kind is one more model in the union; tables, pages and commands stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from participation.foundation.text import character_count


class Fault(ValueError):
    """Why what was given is not an answer to a question, in words for the person who gave it."""


ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Spec(BaseModel):
    """The settings of a question; `kind` says which model reads them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def read(self, given: Sequence[str]) -> Any:
        """Return the answer in the form in which it is stored; None if nothing was given."""
        raise NotImplementedError

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return (code, label) of what can be chosen, in order; empty for free text."""
        return ()

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return the codes that this answer adds one to."""
        return (str(value),)

    def words(self, value: Any) -> str:
        """Return the answer as a person reads it."""
        labels = dict(self.choices())
        return "、".join(labels[code] for code in self.counted(value))


class Option(BaseModel):
    """One of the answers offered (選択肢)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,20}$")]
    label: ShortText


class WithOptions(Spec):
    """A question that offers options."""

    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=30)]

    @model_validator(mode="after")
    def _different(self) -> WithOptions:
        for what in ("code", "label"):
            values = [getattr(option, what) for option in self.options]
            if len(set(values)) != len(values):
                raise ValueError("同じ選択肢が2つあります")
        return self

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the options."""
        return tuple((option.code, option.label) for option in self.options)


class SingleSpec(WithOptions):
    """One of several (一つだけ選ぶ)."""

    kind: Literal["single"] = "single"

    def read(self, given: Sequence[str]) -> str | None:
        """Take one of the options."""
        return _one_of(given, self.choices())


class MultipleSpec(WithOptions):
    """Several of several (いくつでも選ぶ), between `least` and `most`."""

    kind: Literal["multiple"] = "multiple"
    least: Annotated[int, Field(ge=1, le=30)] = 1
    most: Annotated[int, Field(ge=1, le=30)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> MultipleSpec:
        most = self.most if self.most is not None else len(self.options)
        if not self.least <= most <= len(self.options):
            raise ValueError("選べる数は、選択肢の数までで、最少は最多以下にしてください")
        return self

    def read(self, given: Sequence[str]) -> list[str] | None:
        """Take the options in the order of the question, each once."""
        chosen = set(given)
        if not chosen:
            return None
        known = [code for code, _ in self.choices()]
        if len(chosen) != len(given) or not chosen <= set(known):
            raise Fault("選択肢の中から選んでください。")
        if self.most is not None and len(chosen) > self.most:
            raise Fault(f"{self.most}つまで選べます（今は{len(chosen)}つ）。")
        if len(chosen) < self.least:
            raise Fault(f"{self.least}つ以上選んでください（今は{len(chosen)}つ）。")
        return [code for code in known if code in chosen]

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return every option chosen."""
        return tuple(value)


class ScaleSpec(Spec):
    """A step on a scale (段階で答える), the ends named."""

    kind: Literal["scale"] = "scale"
    low: Annotated[int, Field(ge=0, le=1)] = 1
    high: Annotated[int, Field(ge=2, le=10)] = 5
    low_label: ShortText
    high_label: ShortText

    def read(self, given: Sequence[str]) -> int | None:
        """Take one of the steps."""
        step = _one_of(given, self.choices())
        return None if step is None else int(step)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the steps."""
        ends = {self.low: f"（{self.low_label}）", self.high: f"（{self.high_label}）"}
        return tuple((str(step), f"{step}{ends.get(step, '')}") for step in range(self.low, self.high + 1))


class TextSpec(Spec):
    """Words of one's own (自由記述)."""

    kind: Literal["text"] = "text"
    limit: Annotated[int, Field(ge=20, le=5000)] = 1000

    def read(self, given: Sequence[str]) -> str | None:
        """Take the text as typed, if it is not too long."""
        if len(given) > 1:
            raise Fault("この設問の答えが2つ届きました。画面を開き直してください。")
        text = given[0].strip() if given else ""
        if not text:
            return None
        count = character_count(text)
        if count > self.limit:
            raise Fault(
                f"{self.limit:,}文字以内にしてください（今は{count:,}文字。あと{count - self.limit:,}文字減らしてください）。"
            )
        return text

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return nothing: texts are read, not counted one by one."""
        return ()

    def words(self, value: Any) -> str:
        """Return the text."""
        return str(value)


QuestionSpec = Annotated[SingleSpec | MultipleSpec | ScaleSpec | TextSpec, Field(discriminator="kind")]


_specs: TypeAdapter[SingleSpec | MultipleSpec | ScaleSpec | TextSpec] = TypeAdapter(QuestionSpec)


KIND_NAMES = {
    "single": "一つだけ選ぶ",
    "multiple": "いくつでも選ぶ",
    "scale": "段階で答える",
    "text": "自由に書く",
}


#: Seconds that an ordinary person needs, for 「8問・約4分」.
SECONDS = {"single": 15, "multiple": 25, "scale": 15, "text": 75}


def read_spec(stored: Mapping[str, Any]) -> SingleSpec | MultipleSpec | ScaleSpec | TextSpec:
    """Return the settings of a question from their stored form; raises pydantic's ValidationError."""
    return _specs.validate_python(dict(stored))


def _one_of(given: Sequence[str], choices: Iterable[tuple[str, str]]) -> str | None:
    if not given or tuple(given) == ("",):
        return None
    if len(given) != 1 or given[0] not in dict(choices):
        raise Fault("選択肢の中から一つ選んでください。")
    return given[0]
