"""The permission table: one row an action, one column a role."""

from __future__ import annotations

import pytest

from participation.access import matrix, rules
from participation.access.actors import ROLE_NAMES, Actor, Role
from participation.access.rules import Decision, allow, rule


def test_the_table_marks_who_may_ever_and_says_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_rules", {})

    @rule("things.read", roles={Role.VISITOR, Role.AUDITOR})
    def may_read(actor: Actor) -> Decision:
        """だれでも読めます。"""
        return allow()

    head, row = [line.split(" | ") for line in matrix.as_markdown().splitlines() if line.startswith("| ")][
        ::2
    ]
    marked = {name for name, mark in zip(head, row, strict=True) if mark == "○"}
    assert marked == {ROLE_NAMES[Role.VISITOR], ROLE_NAMES[Role.AUDITOR]}
    assert row[0] == "| `things.read`"
    assert row[-1] == "だれでも読めます。 |"


def test_the_system_is_no_column() -> None:
    (head,) = [line for line in matrix.as_markdown().splitlines() if line.startswith("| 操作 |")]
    columns = [column.strip() for column in head.strip("|").split("|")]
    assert ROLE_NAMES[Role.SYSTEM] not in columns
    assert ROLE_NAMES[Role.AUDITOR] in columns
