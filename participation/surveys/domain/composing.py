"""Conditions as a form shows them (条件の組み立て): rows of question, comparison, values; rows in groups.

A condition of at most two levels can be taken apart and put together again; a deeper one is shown in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from participation.surveys.domain.answers import END, Asked, Questionnaire
from participation.surveys.domain.conditions import (
    All,
    Answered,
    AnyCondition,
    Comparison,
    Not,
    Some,
    values_offered,
)
from participation.surveys.domain.kinds import AnySpec

Joins = Literal["all", "any"]
JOIN_NAMES = {"all": "すべてに当てはまるとき", "any": "どれかに当てはまるとき"}
NOT = "not_"
TEST_NAMES = {
    "in": "次のどれかを選んだ",
    "not_in": "次のどれも選んでいない（答えていない人も入ります）",
    "contains": "次のすべてを選んだ",
    "eq": "次だけを選んだ",
    "ge": "次の値以上",
    "gt": "次の値より大きい",
    "le": "次の値以下",
    "lt": "次の値より小さい",
    "answered": "答えた",
    "not_answered": "答えていない",
}
#: Tests that are shown where they stand, though the form does not offer them: "not ≥" is "<", or no answer.
_RARE_NAMES = {
    "not_contains": "次のすべては選んでいない",
    "not_eq": "次だけを選んだのではない",
    "not_ge": "次の値以上ではない",
    "not_gt": "次の値より大きくない",
    "not_le": "次の値以下ではない",
    "not_lt": "次の値より小さくない",
}
ALL_TEST_NAMES = {**TEST_NAMES, **_RARE_NAMES}
_PRESENT = ("answered", "not_answered")
_ORDER = ("ge", "gt", "le", "lt")
MOST_ROWS, MOST_GROUPS = 12, 5


@dataclass(frozen=True)
class Row:
    """One line of the form: what is looked at, how, and with what it is compared."""

    question: str
    part: str
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Rows that belong together (まとまり)."""

    joins: Joins
    is_negated: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Composed:
    """A whole condition: its groups, and whether all or any of them must hold."""

    joins: Joins = "all"
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Source:
    """Something that a condition may look at: a question or a part of one."""

    question: str
    part: str
    label: str
    tests: tuple[str, ...]
    #: (code, label) to choose from; empty: a value is typed, or none is needed.
    options: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.question}-{self.part}" if self.part else self.question


def take_apart(condition: AnyCondition | None) -> Composed | None:
    """Return a condition as groups of rows; None if it is deeper than that."""
    if condition is None:
        return Composed()
    alone = _group(condition)
    if alone is not None:
        return Composed("all", (alone,))
    if not isinstance(condition, All | Some):
        return None
    groups = [_group(each) for each in condition.of]
    if any(group is None for group in groups):
        return None
    return Composed(condition.op, tuple(group for group in groups if group is not None))


def put_together(composed: Composed) -> AnyCondition | None:
    """Return the condition that groups of rows make; None for no rows."""
    groups = [_condition_of_group(group) for group in composed.groups if group.rows]
    if not groups:
        return None
    return groups[0] if len(groups) == 1 else _joined(composed.joins, groups)


def _group(condition: AnyCondition) -> Group | None:
    row = _row(condition)
    if row is not None:
        return Group("all", False, (row,))
    if isinstance(condition, All | Some):
        rows = [_row(each) for each in condition.of]
        if all(row is not None for row in rows):
            return Group(condition.op, False, tuple(row for row in rows if row is not None))
    if isinstance(condition, Not):
        inner = _group(condition.of)
        if inner is not None and not inner.is_negated:
            return Group(inner.joins, True, inner.rows)
    return None


def _row(condition: AnyCondition) -> Row | None:
    if isinstance(condition, Answered):
        return Row(condition.question, condition.part, "answered")
    if isinstance(condition, Comparison):
        return Row(condition.question, condition.part, condition.op, condition.values)
    if isinstance(condition, Not) and isinstance(condition.of, Answered | Comparison):
        inner = _row(condition.of)
        return None if inner is None else Row(inner.question, inner.part, NOT + inner.test, inner.values)
    return None


def _condition_of_group(group: Group) -> AnyCondition:
    conditions = [_condition_of_row(row) for row in group.rows]
    whole = conditions[0] if len(conditions) == 1 else _joined(group.joins, conditions)
    return Not(of=whole) if group.is_negated else whole


def _condition_of_row(row: Row) -> AnyCondition:
    test = row.test.removeprefix(NOT)
    leaf: AnyCondition = (
        Answered(question=row.question, part=row.part)
        if test == "answered"
        else Comparison(op=test, question=row.question, part=row.part, values=row.values)  # type: ignore[arg-type]
    )
    return Not(of=leaf) if row.test.startswith(NOT) else leaf


def _joined(joins: Joins, conditions: Iterable[AnyCondition]) -> AnyCondition:
    of = tuple(conditions)
    return All(of=of) if joins == "all" else Some(of=of)


def offered_tests(spec: AnySpec, part: str = "") -> tuple[str, ...]:
    """Return the tests that make sense for a question, or for a part of it."""
    kind = spec.kind
    if kind in ("single", "dropdown", "yes_no", "place") or (kind == "matrix" and part):
        return ("in", "not_in", *_PRESENT)
    if kind == "multiple" or (kind == "matrix_multiple" and part):
        return ("in", "not_in", "contains", "eq", *_PRESENT)
    if kind == "scale":
        return ("in", "not_in", *_ORDER, *_PRESENT)
    if kind in ("number", "date") or (kind in ("ranking", "points") and part):
        return (*_ORDER, "eq", *_PRESENT)
    return _PRESENT


def sources_of(asked: Iterable[Asked], names: dict[str, str]) -> tuple[Source, ...]:
    """Return what conditions may look at in these questions, in their order, named as staff know them."""
    sources = []
    for question in asked:
        if question.spec.kind == "info":
            continue
        name = f"{names.get(question.code, question.code)} {question.text}"
        sources.append(_source(question.code, "", _shortened(name), question.spec))
        if question.spec.kind in ("matrix", "matrix_multiple", "ranking", "points"):
            sources += [
                _source(question.code, part, f"{_shortened(name, 20)}：{label}", question.spec)
                for part, label in question.spec.parts()
            ]
    return tuple(sources)


def _source(code: str, part: str, label: str, spec: AnySpec) -> Source:
    return Source(code, part, label, offered_tests(spec, part), _options(spec, part))


def _options(spec: AnySpec, part: str) -> tuple[tuple[str, str], ...]:
    if spec.kind in ("matrix", "matrix_multiple"):
        return tuple((column.code, column.label) for column in spec.columns) if part else ()
    if spec.kind in ("ranking", "points") or values_offered(spec) is None:
        return ()
    return spec.choices()


def _shortened(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def before_question(questionnaire: Questionnaire, code: str) -> tuple[Asked, ...]:
    """Return the questions that the condition of a question may look at."""
    earlier: list[Asked] = []
    for section in questionnaire.sections:
        here: list[Asked] = []
        for question in section.questions:
            if question.code == code:
                return tuple(earlier if section.shuffles else [*earlier, *here])
            here.append(question)
        earlier += here
    return ()


def before_section(questionnaire: Questionnaire, code: str) -> tuple[Asked, ...]:
    """Return the questions that the condition of a section may look at."""
    return _until(questionnaire, code, with_it=False)


def until_end_of_section(questionnaire: Questionnaire, code: str) -> tuple[Asked, ...]:
    """Return the questions that a jump at the end of a section may look at."""
    return _until(questionnaire, code, with_it=True)


def _until(questionnaire: Questionnaire, code: str, *, with_it: bool) -> tuple[Asked, ...]:
    earlier: list[Asked] = []
    for section in questionnaire.sections:
        if section.code == code:
            return (*earlier, *section.questions) if with_it else tuple(earlier)
        earlier += section.questions
    return ()


def section_names(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the shown name of each section: 「第1章 情報の届き方」, and of the end."""
    names = {
        section.code: f"第{place}章{' ' + section.title if section.title else ''}"
        for place, section in enumerate(questionnaire.sections, start=1)
    }
    return {**names, END: "アンケートの終わり"}
