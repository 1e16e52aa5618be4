"""The form of a condition: rows of question, comparison and values, put together without a script (条件の画面)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from flask import request
from pydantic import ValidationError as ConditionError
from wtforms import HiddenField

from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys.domain import AnyCondition
from participation.surveys.domain.composing import (
    ALL_TEST_NAMES,
    MOST_GROUPS,
    MOST_ROWS,
    NOT,
    Composed,
    Group,
    Joins,
    Row,
    Source,
    put_together,
)
from participation.surveys.domain.conditions import measure
from participation.web.forms import ChoiceList, Form, RequiredChoice

_ORDERING = frozenset({"gt", "ge", "lt", "le"})
_NAME = re.compile(r"g([0-9])-([0-9]{1,2})-(source|test|values)")


@dataclass
class RowFields:
    """One row as the page shows it: its names in the form, what may be chosen, what is chosen."""

    name: str
    source: str
    label: str
    tests: tuple[tuple[str, str], ...]
    test: str
    options: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    error: str = ""


@dataclass
class GroupFields:
    """One group of rows as the page shows it."""

    name: str
    joins: Joins
    is_negated: bool
    rows: list[RowFields] = field(default_factory=list)


class ConditionForm(Form):
    """A condition. Its rows are read from the request: which there are is known only then."""

    seen = HiddenField()
    joins: Joins = "all"
    groups: list[GroupFields]
    sources: Mapping[str, Source] = MappingProxyType({})

    def take_up(self, sources: Sequence[Source], stored: Composed) -> ConditionForm:
        """Take what was sent; before anything was sent, the condition as it is."""
        self.sources = {source.key: source for source in sources}
        if request.method == "POST":
            self.joins = _joins(request.form.get("joins"))
            self.groups = self._sent()
        else:
            self.joins = stored.joins
            self.groups = [
                GroupFields(
                    f"g{number}",
                    group.joins,
                    group.is_negated,
                    [self._shown(f"g{number}-{at}", row) for at, row in enumerate(group.rows)],
                )
                for number, group in enumerate(stored.groups)
            ]
        if not self.groups:
            self.groups = [GroupFields("g0", "all", False)]
        return self

    def rearrange(self, wish: str) -> bool:
        """Add or take out a row or a group as a button asks; return whether it was such a button."""
        what, _, which = wish.partition(":")
        if what == "row":
            self._add_row(which, request.form.get(f"{which}-new", ""))
        elif what == "group" and len(self.groups) < MOST_GROUPS:
            self.groups.append(GroupFields(f"g{len(self.groups)}", "all", False))
        elif what == "out":
            for group in self.groups:
                group.rows = [row for row in group.rows if row.name != which]
        elif what == "outgroup" and len(self.groups) > 1:
            self.groups = [group for group in self.groups if group.name != which]
        else:
            return what in ("group", "outgroup")
        self._number()
        return True

    def condition(self) -> AnyCondition | None:
        """Return the condition that was put together; raises Refused, the rows to mend being marked."""
        groups, is_whole = [], True
        for group in self.groups:
            rows = []
            for row in group.rows:
                row.error = _fault(row, self.sources.get(row.source))
                is_whole = is_whole and not row.error
                question, _, part = row.source.partition("-")
                values = () if row.test.removeprefix(NOT) == "answered" else row.values
                rows.append(Row(question, part, row.test, values))
            groups.append(Group(group.joins, group.is_negated, tuple(rows)))
        if not is_whole:
            raise Refused("条件の中に、直すところがあります。「エラー」の印のところを見てください。")
        try:
            return put_together(Composed(self.joins, tuple(groups)))
        except ConditionError as error:
            raise Refused("この条件はつくれません。行の数と値を確かめてください。") from error

    def _sent(self) -> list[GroupFields]:
        numbers: dict[str, set[int]] = {}
        for name in request.form:
            found = _NAME.fullmatch(name)
            if found and found[3] == "source":
                numbers.setdefault(found[1], set()).add(int(found[2]))
        groups = []
        for number in range(MOST_GROUPS):
            name = f"g{number}"
            if f"{name}-joins" not in request.form and str(number) not in numbers:
                continue
            rows = [self._received(f"{name}-{at}") for at in sorted(numbers.get(str(number), ()))[:MOST_ROWS]]
            groups.append(
                GroupFields(
                    name,
                    _joins(request.form.get(f"{name}-joins")),
                    f"{name}-not" in request.form,
                    [row for row in rows if row is not None],
                )
            )
        return groups

    def _received(self, name: str) -> RowFields | None:
        source = self.sources.get(request.form.get(f"{name}-source", ""))
        if source is None:
            return None
        test = request.form.get(f"{name}-test", "")
        # A step of a scale is ticked in the list, or typed to be compared as a number.
        is_number = bool(source.options) and test.removeprefix(NOT) in _ORDERING
        sent = request.form.getlist(f"{name}-number" if is_number else f"{name}-values")
        values = tuple(value for value in map(clean_line, sent) if value)
        return self._shown(name, Row(source.question, source.part, test, values))

    def _shown(self, name: str, row: Row) -> RowFields:
        key = f"{row.question}-{row.part}" if row.part else row.question
        source = self.sources.get(key)
        tests = source.tests if source else ()
        offered = tests if row.test in tests or row.test not in ALL_TEST_NAMES else (*tests, row.test)
        test = row.test if row.test in offered else next(iter(offered), "answered")
        return RowFields(
            name=name,
            source=key,
            label=source.label if source else f"{row.question}（今は前にない設問）",
            tests=tuple(
                (each, _test_name(each, bool(source and source.options))) for each in offered or (test,)
            ),
            test=test,
            options=source.options if source else (),
            values=row.values,
        )

    def _add_row(self, group_name: str, key: str) -> None:
        source = self.sources.get(key)
        group = next((group for group in self.groups if group.name == group_name), None)
        if source is None or group is None:
            self.form_errors.append("見る設問を選んでから「加える」を押してください。")
        elif len(group.rows) >= MOST_ROWS:
            self.form_errors.append(f"1つのまとまりに書ける条件は{MOST_ROWS}までです。")
        else:
            test = source.tests[0]
            group.rows.append(self._shown(f"{group_name}-new", Row(source.question, source.part, test)))

    def _number(self) -> None:
        for number, group in enumerate(self.groups):
            group.name = f"g{number}"
            for at, row in enumerate(group.rows):
                row.name = f"{group.name}-{at}"


class JumpForm(Form):
    """Where the end of a section leads."""

    to = ChoiceList("移り先", [RequiredChoice("移り先を選んでください。")])

    def offer(self, later: Sequence[tuple[str, str]]) -> JumpForm:
        """Offer the sections after this one, and the end."""
        self.to.choices = list(later)
        return self


def _joins(sent: str | None) -> Joins:
    return cast(Joins, sent) if sent in ("all", "any") else "all"


def _test_name(test: str, has_options: bool) -> str:
    if not has_options and test.removeprefix(NOT) == "eq":
        return "次の値と同じではない" if test.startswith(NOT) else "次の値と同じ"
    return ALL_TEST_NAMES[test]


def _fault(row: RowFields, source: Source | None) -> str:
    if source is None:
        return "この設問は、今は前にありません。この条件を外してください。"
    test = row.test.removeprefix(NOT)
    if test == "answered":
        return ""
    if not row.values:
        return (
            "くらべる値を入れてください。"
            if test in _ORDERING or not source.options
            else "1つ以上選んでください。"
        )
    if test in _ORDERING:
        if len(row.values) > 1 or measure(row.values[0]) is None:
            return "くらべる値を、数か日付（2026-11-22）で1つ書いてください。"
    elif source.options and not set(row.values) <= {code for code, _ in source.options}:
        return "選択肢の中から選んでください。"
    if any(len(value) > 60 for value in row.values):
        return "くらべる値は60文字までです。"
    return ""
