"""What a table may be broken down by."""

from __future__ import annotations

from participation.surveys.domain.variables import variables_of
from tests.surveys.test_domain_columns import QUESTIONS

COUNTS = {("q8", "34"): 3, ("q8", "61"): 1, ("q8", "*"): 4, ("q9", "2026-10-01"): 2}


def test_choices_rows_of_tables_numbers_days_attributes_and_origins_are_axes_and_words_are_not():
    found = {
        each.key: each for each in variables_of(QUESTIONS, {"q1": "問1"}, COUNTS, {"地区": {"北", "南"}})
    }
    assert list(found) == [
        "q1", "q2", "q3", "q4-a1", "q4-a2", "q5-a1", "q5-a2", "q6", "q7", "q8", "q9", "q10", "a:地区", "origin",
    ]  # fmt: skip
    assert found["q1"].title == "問1 年代"
    assert {key for key, each in found.items() if each.axis.several} == {"q2", "q5-a1", "q5-a2", "q7"}
    assert (found["q4-a2"].part, found["q4-a2"].read("a2")) == ("a2", ("a2",))
    assert found["q5-a1"].read(["a1", "a2"]) == ("a1", "a2")
    assert found["q6"].read(["a3", "a1"]) == ("a3",)
    assert found["a:地区"].read("北") == ("北",)
    assert [category.label for category in found["a:地区"].axis.categories] == ["北", "南"]


def test_a_number_falls_into_a_class_of_what_was_answered():
    found = {each.key: each for each in variables_of(QUESTIONS, {}, COUNTS, {})}["q8"]
    (code,) = found.read("61")
    assert "61" in found.axis.label(code) or "60" in found.axis.label(code)


def test_a_number_that_nobody_gave_is_no_axis():
    assert "q8" not in [each.key for each in variables_of(QUESTIONS, {}, {}, {})]
