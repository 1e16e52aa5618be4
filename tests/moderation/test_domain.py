"""The rules as a file, and the words of a tombstone."""

from __future__ import annotations

from participation.moderation.domain import decision_path, public_reason, read_clauses


def test_the_rules_are_few_short_and_have_examples() -> None:
    clauses = read_clauses()
    assert [clause.number for clause in clauses] == list(range(1, len(clauses) + 1))
    assert len(clauses) <= 10
    for clause in clauses:
        assert len(clause.title) <= 16, clause.title
        assert len(clause.text) <= 120, clause.title
        assert clause.avoid
        assert clause.instead


def test_a_tombstone_names_the_clause_and_nothing_else() -> None:
    assert public_reason(2, "個人の情報を書かない") == "話し合いのルール2「個人の情報を書かない」"


def test_a_decision_has_an_address() -> None:
    assert decision_path("abc") == "/my/decisions/abc"
