"""Conditions over earlier answers (表示の条件): a closed language, read on the server, nothing is executed.

Three-valued logic is not used: what was not answered, or was hidden, equals nothing and is neither more
nor less than anything, so every comparison with it is false and its `not` is true.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from participation.surveys.domain.kinds import AnySpec

#: More than this many combinations of answers are not tried when a condition is checked.
MOST_TRIED = 20_000
DEEPEST = 5

QuestionCode = Annotated[str, StringConstraints(pattern=r"^q[0-9]{1,9}$")]
PartCode = Annotated[str, StringConstraints(pattern=r"^([a-z0-9_]{1,20})?$")]
Compared = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class All(_Part):
    """Every one holds (すべて)."""

    op: Literal["all"] = "all"
    of: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=20)]


class Some(_Part):
    """At least one holds (どれか)."""

    op: Literal["any"] = "any"
    of: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=20)]


class Not(_Part):
    """It does not hold (でない)."""

    op: Literal["not"] = "not"
    of: Condition


class Answered(_Part):
    """The question, or one row of it, was answered (答えた)."""

    op: Literal["answered"] = "answered"
    question: QuestionCode
    part: PartCode = ""


class Comparison(_Part):
    """The answer compared with values.

    `eq`: it is exactly these values; `in`: it is one of them; `contains`: it has all of them among others
    (いくつでも選ぶ); `gt`, `ge`, `lt`, `le`: the number, step, place, points or day is more or less.
    """

    op: Literal["eq", "in", "contains", "gt", "ge", "lt", "le"]
    question: QuestionCode
    part: PartCode = ""
    values: Annotated[tuple[Compared, ...], Field(min_length=1, max_length=50)]


Condition = Annotated[All | Some | Not | Answered | Comparison, Field(discriminator="op")]
AnyCondition = All | Some | Not | Answered | Comparison
for _kind in (All, Some, Not):
    _kind.model_rebuild()
_conditions: TypeAdapter[AnyCondition] = TypeAdapter(Condition)

ORDERING = ("gt", "ge", "lt", "le")
ORDER_WORDS = {"gt": "より大きい", "ge": "以上", "lt": "より小さい", "le": "以下"}


def read_condition(stored: Mapping[str, Any] | None) -> AnyCondition | None:
    """Return a condition from its stored form, None for none; raises pydantic's ValidationError."""
    return None if stored is None else _conditions.validate_python(dict(stored))


@dataclass(frozen=True)
class Known:
    """What a condition may look at: the answers so far and the settings of their questions."""

    answers: Mapping[str, Any]
    specs: Mapping[str, AnySpec]

    def atoms(self, question: str, part: str) -> tuple[str, ...]:
        """Return the plain values of an answer; empty if there is none."""
        value = self.answers.get(question)
        spec = self.specs.get(question)
        return () if value is None or spec is None else spec.atoms(value, part)


def holds(condition: AnyCondition | None, known: Known) -> bool:
    """Return whether a condition holds; no condition always does."""
    match condition:
        case None:
            return True
        case All():
            return all(holds(each, known) for each in condition.of)
        case Some():
            return any(holds(each, known) for each in condition.of)
        case Not():
            return not holds(condition.of, known)
        case Answered():
            if not condition.part:
                return known.answers.get(condition.question) is not None
            return bool(known.atoms(condition.question, condition.part))
        case Comparison():
            return _compares(condition, known.atoms(condition.question, condition.part))


def _compares(condition: Comparison, atoms: Sequence[str]) -> bool:
    if not atoms:
        return False
    if condition.op == "eq":
        return set(atoms) == set(condition.values)
    if condition.op == "in":
        return not set(atoms).isdisjoint(condition.values)
    if condition.op == "contains":
        return set(condition.values) <= set(atoms)
    mark = measure(condition.values[0])
    return mark is not None and any(
        _in_order(condition.op, value, mark) for value in map(measure, atoms) if value is not None
    )


def _in_order(op: str, value: Decimal, mark: Decimal) -> bool:
    return {"gt": value > mark, "ge": value >= mark, "lt": value < mark, "le": value <= mark}[op]


def measure(text: str) -> Decimal | None:
    """Return the number by which a value is compared: itself, or the count of days of a date."""
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    try:
        return Decimal(date.fromisoformat(text).toordinal())
    except ValueError:
        return None


def leaves(condition: AnyCondition | None) -> Iterator[Answered | Comparison]:
    """Yield the simple conditions of which a condition is made."""
    match condition:
        case None:
            return
        case All() | Some():
            for each in condition.of:
                yield from leaves(each)
        case Not():
            yield from leaves(condition.of)
        case _:
            yield condition


def questions_of(condition: AnyCondition | None) -> frozenset[str]:
    """Return the codes of the questions that a condition looks at."""
    return frozenset(leaf.question for leaf in leaves(condition))


def demanded_by(condition: AnyCondition | None) -> frozenset[str]:
    """Return the codes of the questions that must have been answered wherever a condition holds."""
    match condition:
        case All():
            return frozenset().union(*(demanded_by(each) for each in condition.of))
        case Answered() | Comparison():
            return frozenset({condition.question})
        case _:
            return frozenset()


def depth(condition: AnyCondition | None) -> int:
    """Return how many levels deep a condition is."""
    match condition:
        case None:
            return 0
        case All() | Some():
            return 1 + max(depth(each) for each in condition.of)
        case Not():
            return 1 + depth(condition.of)
        case _:
            return 1


def faults_in(condition: AnyCondition | None, earlier: Mapping[str, AnySpec]) -> list[str]:
    """Return what is wrong with a condition that may look at the earlier questions, in words for staff."""
    faults = []
    if depth(condition) > DEEPEST:
        faults.append(f"条件の入れ子は{DEEPEST}段までにしてください。")
    for leaf in leaves(condition):
        spec = earlier.get(leaf.question)
        if spec is None:
            faults.append(f"条件にある{leaf.question}は、これより前の設問にありません。")
        elif spec.kind == "info":
            faults.append(f"{leaf.question}は説明だけで、答えがありません。")
        elif leaf.part and leaf.part not in dict(spec.parts()):
            faults.append(f"{leaf.question}に「{leaf.part}」という行はありません。")
        elif isinstance(leaf, Comparison):
            faults += _faults_of_comparison(leaf, spec)
    return list(dict.fromkeys(faults))


def _faults_of_comparison(leaf: Comparison, spec: AnySpec) -> Iterator[str]:
    if leaf.op in ORDERING:
        if not spec.is_ordered:
            yield f"{leaf.question}の答えには大小がないので、「{ORDER_WORDS[leaf.op]}」は使えません。"
        elif spec.kind in ("ranking", "points") and not leaf.part:
            yield f"{leaf.question}は、どの選択肢について比べるかも選んでください。"
        elif len(leaf.values) != 1 or measure(leaf.values[0]) is None:
            yield f"{leaf.question}と比べる値を、数か日付で1つ書いてください。"
        return
    possible = values_offered(spec, leaf.part)
    for value in leaf.values:
        if possible is not None and value not in possible:
            yield f"{leaf.question}に「{value}」という選択肢はありません。"


def values_offered(spec: AnySpec, part: str = "") -> frozenset[str] | None:
    """Return the values that an answer may have; None where anything may be written."""
    if spec.kind in ("text", "line", "number", "date", "file", "info"):
        return None
    if spec.kind in ("matrix", "matrix_multiple") and part:
        return frozenset(column.code for column in spec.columns)
    if spec.kind == "ranking" and part:
        return frozenset(str(place) for place in range(1, spec.places + 1))
    if spec.kind == "points" and part:
        return frozenset(str(points) for points in range(spec.total + 1))
    return frozenset(code for code, _ in spec.choices())


def can_hold(conditions: Sequence[AnyCondition | None], specs: Mapping[str, AnySpec]) -> bool:
    """Return whether answers exist with which all of the conditions hold.

    Tries every combination of answers that the conditions can tell apart; where there would be more than
    MOST_TRIED combinations, or only words could decide, it answers True rather than accuse.
    """
    looked_at = sorted({code for condition in conditions for code in questions_of(condition)})
    if any(code not in specs for code in looked_at):
        return True
    found = [
        [leaf for condition in conditions for leaf in leaves(condition) if leaf.question == code]
        for code in looked_at
    ]
    tried = [
        _telling_answers(specs[code], mentioned) for code, mentioned in zip(looked_at, found, strict=True)
    ]
    if any(each is None for each in tried):
        return True
    count = 1
    for each in tried:
        count *= len(each or ())
    if count > MOST_TRIED:
        return True
    for combination in itertools.product(*(each or () for each in tried)):
        answers = {
            code: value for code, value in zip(looked_at, combination, strict=True) if value is not None
        }
        if all(holds(condition, Known(answers, specs)) for condition in conditions):
            return True
    return False


def _telling_answers(spec: AnySpec, mentioned: Iterable[Answered | Comparison]) -> list[Any] | None:
    """Return answers, None for no answer, among which every different outcome is; None if not known."""
    if spec.kind in ("single", "dropdown", "yes_no", "place"):
        return [None, *(code for code, _ in spec.choices())]
    if spec.kind == "scale":
        return [None, *(code if code == "unsure" else int(code) for code, _ in spec.choices())]
    if spec.kind == "multiple":
        return _telling_choices(spec, mentioned)
    if spec.kind == "number":
        return _telling_numbers(spec, mentioned)
    if all(isinstance(leaf, Answered) and not leaf.part for leaf in mentioned):
        return [None, _some_answer(spec)]
    return None


def _some_answer(spec: AnySpec) -> Any:
    if spec.kind in ("matrix", "matrix_multiple", "points"):
        return {"?": "?"}
    return ["?"] if spec.kind == "ranking" else "?"


def _telling_choices(spec: Any, mentioned: Iterable[Answered | Comparison]) -> list[Any]:
    exclusive = [option.code for option in spec.options if option.is_exclusive]
    ordinary = [option.code for option in spec.options if not option.is_exclusive]
    named = {value for leaf in mentioned if isinstance(leaf, Comparison) for value in leaf.values}
    told = [code for code in ordinary if code in named]
    others = [code for code in ordinary if code not in named]
    most = spec.most or len(ordinary)
    answers: list[Any] = [None, *([code] for code in exclusive)]
    for size in range(len(told) + 1):
        for chosen in itertools.combinations(told, size):
            # fill up with options that no condition names, to reach the least number
            needed = max(spec.least - size, 0 if size else 1)
            if size + needed <= most and needed <= len(others):
                answers.append([*chosen, *others[:needed]])
            if size and size + max(needed, 1) <= most and max(needed, 1) <= len(others):
                answers.append([*chosen, *others[: max(needed, 1)]])
        if len(answers) > MOST_TRIED:
            break
    return answers


def _telling_numbers(spec: Any, mentioned: Iterable[Answered | Comparison]) -> list[Any]:
    step = Decimal(1).scaleb(-spec.decimals)
    marks = {
        mark
        for leaf in mentioned
        if isinstance(leaf, Comparison)
        for mark in map(measure, leaf.values)
        if mark is not None
    }
    marks |= {edge for edge in (spec.least, spec.most) if edge is not None} or {Decimal(0)}
    near = {round(mark, spec.decimals) + shift * step for mark in marks for shift in (-1, 0, 1)}
    return [
        None,
        *(
            f"{number:f}"
            for number in sorted(near)
            if (spec.least is None or number >= spec.least) and (spec.most is None or number <= spec.most)
        ),
    ]


def in_words(condition: AnyCondition | None, specs: Mapping[str, AnySpec], names: Mapping[str, str]) -> str:
    """Return a condition as a sentence part for staff: 「問2で「はい」を選んだとき」.

    `names` gives the shown name of each question: {"q2": "問2"}.
    """
    match condition:
        case None:
            return "いつも"
        case All():
            return "、かつ、".join(_bracketed(each, specs, names) for each in condition.of)
        case Some():
            return "、または、".join(_bracketed(each, specs, names) for each in condition.of)
        case Not(of=Answered() as leaf):
            return f"{_name(leaf, specs, names)}に答えていないとき"
        case Not(of=Comparison(op="in") as leaf):
            return _comparison_in_words(leaf, specs, names, negated=True)
        case Not():
            return f"「{in_words(condition.of, specs, names)}」ではないとき"
        case Answered():
            return f"{_name(condition, specs, names)}に答えたとき"
        case Comparison():
            return _comparison_in_words(condition, specs, names)


def _bracketed(condition: AnyCondition, specs: Mapping[str, AnySpec], names: Mapping[str, str]) -> str:
    words = in_words(condition, specs, names)
    return f"（{words}）" if isinstance(condition, All | Some) else words


def _name(leaf: Answered | Comparison, specs: Mapping[str, AnySpec], names: Mapping[str, str]) -> str:
    name = names.get(leaf.question, leaf.question)
    spec = specs.get(leaf.question)
    if leaf.part and spec is not None:
        return f"{name}の「{dict(spec.parts()).get(leaf.part, leaf.part)}」"
    return name


def _comparison_in_words(
    leaf: Comparison, specs: Mapping[str, AnySpec], names: Mapping[str, str], *, negated: bool = False
) -> str:
    name = _name(leaf, specs, names)
    labels: dict[str, str] = {}
    spec = specs.get(leaf.question)
    if spec is not None:
        labels = dict(spec.choices())
        if spec.kind in ("matrix", "matrix_multiple") and leaf.part:
            labels = {column.code: column.label for column in spec.columns}
    values = [f"「{labels.get(value, value)}」" for value in leaf.values]
    if leaf.op in ORDERING:
        return f"{name}が{leaf.values[0]}{ORDER_WORDS[leaf.op]}のとき"
    if spec is not None and values_offered(spec, leaf.part) is None:
        return f"{name}が{'か'.join(values)}{'ではない' if negated else 'の'}とき"
    if leaf.op == "contains":
        return f"{name}で{'と'.join(values)}を選んだとき"
    if leaf.op == "eq" and len(values) > 1:
        return f"{name}で{'と'.join(values)}だけを選んだとき"
    return f"{name}で{'か'.join(values)}を{'選んでいない' if negated else '選んだ'}とき"
