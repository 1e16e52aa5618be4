"""What a table may be broken down by (集計の軸): questions, rows of a table, attributes, the way an answer came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from participation.surveys.domain.answers import Asked
from participation.surveys.domain.crosstabs import Axis, Category
from participation.surveys.domain.figures import Classes, classes_of
from participation.surveys.domain.states import ORIGIN_NAMES
from participation.surveys.domain.tables import MatrixMultipleSpec, MatrixSpec
from participation.surveys.domain.writing import DateSpec, NumberSpec

ORIGIN_KEY = "origin"
#: Begins the key of what is known of a respondent besides the answers.
ATTRIBUTE = "a:"
#: Kinds whose answers fall into several categories at once.
SEVERAL = frozenset({"multiple", "points"})


@dataclass(frozen=True)
class Variable:
    """An axis, and how a stored answer is laid out on it."""

    axis: Axis
    read: Callable[[Any], tuple[str, ...]]
    #: The question that it comes from; None for what is known of the response itself.
    question: Asked | None = None
    #: The attribute's name, where it is one.
    attribute: str = ""
    #: The row of a table of which it is; then `read` takes what was chosen in that row.
    part: str = ""

    @property
    def key(self) -> str:
        """By what addresses and commands name it: "q3", "q5-r1", "a:年代", "origin"."""
        return self.axis.key

    @property
    def title(self) -> str:
        """What it is called."""
        return self.axis.title

    @property
    def is_attribute(self) -> bool:
        """Whether others are meant to be broken down by it."""
        return self.question is None or self.question.is_attribute


def variables_of(
    questions: Iterable[Asked],
    numbers: Mapping[str, str],
    counts: Mapping[tuple[str, str], int],
    attributes: Mapping[str, Iterable[str]],
) -> list[Variable]:
    """Return everything that these questions and attributes may be broken down by.

    `numbers` names the questions (問1), `counts` are the kept counts, `attributes` the values found by name.
    """
    found: list[Variable] = []
    for question in questions:
        title = f"{numbers.get(question.code, '')} {question.text}".strip()
        found += _of_question(question, title, counts)
    for name, values in attributes.items():
        categories = tuple(Category(value, value) for value in sorted(values))
        found.append(Variable(Axis(ATTRIBUTE + name, name, categories), _itself, attribute=name))
    origins = tuple(Category(origin.value, name) for origin, name in ORIGIN_NAMES.items())
    found.append(Variable(Axis(ORIGIN_KEY, "回答の方法", origins), _itself))
    return found


def _of_question(question: Asked, title: str, counts: Mapping[tuple[str, str], int]) -> list[Variable]:
    spec = question.spec
    if isinstance(spec, MatrixSpec):
        columns = tuple(Category(column.code, column.label) for column in spec.columns)
        several = isinstance(spec, MatrixMultipleSpec)
        return [
            Variable(
                Axis(f"{question.code}-{row.code}", f"{title}：{row.label}", columns, several),
                _chosen,
                question,
                part=row.code,
            )
            for row in spec.rows
        ]
    if isinstance(spec, NumberSpec | DateSpec):
        own = {choice: count for (code, choice), count in counts.items() if code == question.code}
        classes = classes_of(spec, own)
        categories = tuple(Category(code, label) for code, label in classes.choices())
        if not categories:
            return []
        return [Variable(Axis(question.code, title, categories), partial(_in_class, classes), question)]
    choices = spec.breakdown_choices()
    if not choices:
        return []
    axis = Axis(question.code, title, tuple(Category(*choice) for choice in choices), spec.kind in SEVERAL)
    return [Variable(axis, spec.breakdown, question)]


def _itself(value: Any) -> tuple[str, ...]:
    return (str(value),)


def _chosen(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _in_class(classes: Classes, value: Any) -> tuple[str, ...]:
    return (classes.place(value),)
