"""What can be asked and what counts as an answer: question types as data, read on the server only.

Each question keeps its type and its settings as JSON, validated by one of the models below. A new
type is one more model in the union; tables, pages and commands stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from participation.foundation.text import character_count

#: The choice that counts everybody who answered, whatever they chose.
EVERYBODY = "*"

#: Fewer respondents than this are never broken down in public.
LEAST_SHOWN = 10
NOT_THE_WHOLE = "自分から答えた人の集計で、区民全体の割合ではありません"
MOST_QUESTIONS = 40


class SurveyStatus(StrEnum):
    """Where a survey stands (アンケートの状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may answer (答えられる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1回）",
    Audience.ACCOUNT: "登録した人（1人1回）",
}


class ResultsShown(StrEnum):
    """When everybody sees the figures (結果の公開)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"
    NEVER = "never"


RESULTS_NAMES = {
    ResultsShown.LIVE: "回答の受付中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切ったあとに見せる",
    ResultsShown.NEVER: "公開しない（区だけで使う）",
}


class State(StrEnum):
    """What a survey or its period amounts to at a moment (いまの状態)."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


STATE_NAMES = {
    State.DRAFT: "下書き",
    State.COMING: "これから受付",
    State.OPEN: "受付中",
    State.CLOSED: "締切",
}


def state_at(status: SurveyStatus, opens_at: datetime, closes_at: datetime, at: datetime) -> State:
    """Return where a survey stands at a moment; the period is half-open: [opens_at, closes_at)."""
    if status is SurveyStatus.DRAFT:
        return State.DRAFT
    if status is SurveyStatus.CLOSED or at >= closes_at:
        return State.CLOSED
    return State.OPEN if at >= opens_at else State.COMING


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
_SECONDS = {"single": 15, "multiple": 25, "scale": 15, "text": 75}


def read_spec(stored: Mapping[str, Any]) -> SingleSpec | MultipleSpec | ScaleSpec | TextSpec:
    """Return the settings of a question from their stored form; raises pydantic's ValidationError."""
    return _specs.validate_python(dict(stored))


def _one_of(given: Sequence[str], choices: Iterable[tuple[str, str]]) -> str | None:
    if not given or tuple(given) == ("",):
        return None
    if len(given) != 1 or given[0] not in dict(choices):
        raise Fault("選択肢の中から一つ選んでください。")
    return given[0]


@dataclass(frozen=True)
class Asked:
    """One question as it is asked: its code, words, whether it must be answered, its settings."""

    code: str
    text: str
    help: str
    is_required: bool
    spec: SingleSpec | MultipleSpec | ScaleSpec | TextSpec


def read_answers(
    questions: Sequence[Asked], given: Mapping[str, Sequence[str]], *, complete: bool = True
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return (answers, faults) by question code; a code of no question is a fault under "".

    An unfinished answer (`complete=False`) may lack what is required.
    """
    answers: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for question in questions:
        try:
            value = question.spec.read(given.get(question.code, ()))
        except Fault as fault:
            faults[question.code] = str(fault)
            continue
        if value is not None:
            answers[question.code] = value
        elif question.is_required and complete:
            faults[question.code] = (
                "書いてください。" if question.spec.kind == "text" else "答えを選んでください。"
            )
    if set(given) - {question.code for question in questions}:
        faults[""] = "このアンケートにない設問への答えが含まれています。画面を開き直してください。"
    return answers, faults


def counts_of(questions: Iterable[Asked], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every (question code, choice) to which a respondent with these answers adds one, sorted."""
    counted = [("", EVERYBODY)]
    for question in questions:
        if question.code in answers:
            counted.append((question.code, EVERYBODY))
            counted += [(question.code, choice) for choice in question.spec.counted(answers[question.code])]
    return sorted(counted)


def minutes_needed(questions: Iterable[Asked]) -> int:
    """Return how many minutes answering takes, rounded up."""
    return max(1, -(-sum(_SECONDS[question.spec.kind] for question in questions) // 60))


def percent(count: int, whole: int) -> int:
    """Return the share in whole percent, halves rounded up."""
    return (count * 200 + whole) // (2 * whole) if whole else 0


@dataclass(frozen=True)
class SurveyDraft:
    """What staff decide about a survey."""

    title: str
    intro: str
    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    results_shown: ResultsShown
    is_one_tap: bool
    version: int = 1


@dataclass(frozen=True)
class QuestionDraft:
    """What staff decide about a question."""

    text: str
    help: str
    is_required: bool
    spec: SingleSpec | MultipleSpec | ScaleSpec | TextSpec
