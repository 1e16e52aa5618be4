"""Conditions: a closed language over earlier answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from participation.surveys.domain import (
    Known,
    MultipleSpec,
    NumberSpec,
    PointsSpec,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
    TextSpec,
    YesNoSpec,
    holds,
    in_words,
    read_condition,
)
from participation.surveys.domain.conditions import can_hold, demanded_by, faults_in
from tests.surveys.questionnaires import THREE, WITH_OTHER

SPECS = {
    "q1": SingleSpec(options=THREE),
    "q2": MultipleSpec(options=WITH_OTHER, least=1, most=2),
    "q3": NumberSpec(least=0, most=10),
    "q4": RankingSpec(options=THREE),
    "q5": PointsSpec(options=THREE, total=10),
    "q6": TextSpec(),
    "q7": YesNoSpec(),
    "q8": ScaleSpec(low_label="低い", high_label="高い", has_unsure=True),
}


def condition(op, question="q1", *values, part=""):
    return {"op": op, "question": question, "values": list(values), "part": part}


def true(stored, **answers):
    return holds(read_condition(stored), Known(answers, SPECS))


@pytest.mark.parametrize(
    ("stored", "answers", "expected"),
    [
        (condition("eq", "q1", "a1"), {"q1": "a1"}, True),
        (condition("eq", "q1", "a1"), {}, False),
        ({"op": "not", "of": condition("eq", "q1", "a1")}, {}, True),
        (condition("in", "q1", "a1", "a2"), {"q1": "a2"}, True),
        (condition("in", "q2", "a1"), {"q2": ["a1", "a2"]}, True),
        (condition("eq", "q2", "a1"), {"q2": ["a1", "a2"]}, False),
        (condition("eq", "q2", "a1", "a2"), {"q2": ["a1", "a2"]}, True),
        (
            condition("contains", "q2", "a1", "a2"),
            {"q2": {"choices": ["a1", "a2", "a4"], "other": "x"}},
            True,
        ),
        (condition("contains", "q2", "a1", "a3"), {"q2": ["a1", "a2"]}, False),
        (condition("gt", "q3", "5"), {"q3": "5"}, False),
        (condition("ge", "q3", "5"), {"q3": "5"}, True),
        (condition("lt", "q3", "5"), {"q3": "10"}, False),
        (condition("le", "q4", "1", part="a2"), {"q4": ["a2", "a1"]}, True),
        (condition("le", "q4", "1", part="a3"), {"q4": ["a2", "a1"]}, False),
        (condition("ge", "q5", "6", part="a1"), {"q5": {"a1": 7, "a2": 3}}, True),
        (condition("ge", "q8", "4"), {"q8": "unsure"}, False),
        (condition("ge", "q8", "4"), {"q8": 4}, True),
        ({"op": "answered", "question": "q6"}, {"q6": "よい"}, True),
        ({"op": "answered", "question": "q4", "part": "a3"}, {"q4": ["a1"]}, False),
        (
            {"op": "any", "of": [condition("eq", "q7", "yes"), condition("eq", "q1", "a1")]},
            {"q1": "a1"},
            True,
        ),
        (
            {"op": "all", "of": [condition("eq", "q7", "yes"), condition("eq", "q1", "a1")]},
            {"q1": "a1"},
            False,
        ),
    ],
)
def test_a_condition_holds_or_not(stored, answers, expected):
    assert true(stored, **answers) is expected


leaves = st.one_of(
    st.builds(condition, st.sampled_from(("eq", "in")), st.just("q1"), st.sampled_from(("a1", "a2", "a3"))),
    st.builds(
        condition, st.sampled_from(("in", "contains")), st.just("q2"), st.sampled_from(("a1", "a2", "a5"))
    ),
    st.builds(condition, st.sampled_from(("gt", "le")), st.just("q3"), st.sampled_from(("0", "5", "10"))),
    st.builds(lambda code: {"op": "answered", "question": code}, st.sampled_from(("q1", "q2", "q3"))),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            lambda op, of: {"op": op, "of": of},
            st.sampled_from(("all", "any")),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda of: {"op": "not", "of": of}, inner),
    ),
    max_leaves=4,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "q1": st.sampled_from(("a1", "a2", "a3")),
        "q2": st.sampled_from(
            (["a1"], ["a2"], ["a3"], ["a5"], ["a1", "a2"], ["a1", "a3"], ["a2", "a3"], ["a3", "a4"])
        ),
        "q3": st.integers(0, 10).map(str),
    },
)


@given(stored=conditions, known=answers)
def test_not_is_the_opposite_and_de_morgan_holds(stored, known):
    opposite = {"op": "not", "of": stored}
    assert true(opposite, **known) is not true(stored, **known)
    every = {"op": "all", "of": [stored, {"op": "answered", "question": "q1"}]}
    some_not = {"op": "any", "of": [opposite, {"op": "not", "of": {"op": "answered", "question": "q1"}}]}
    assert true(every, **known) is not true(some_not, **known)


@given(stored=conditions, known=answers)
@settings(max_examples=200)
def test_what_some_answer_makes_true_is_never_called_impossible(stored, known):
    read = read_condition(stored)
    if holds(read, Known(known, SPECS)):
        assert can_hold([read], SPECS)
    assert can_hold([read, read_condition({"op": "not", "of": stored})], SPECS) is False


@given(stored=conditions, known=answers)
def test_whatever_a_condition_demands_was_answered_where_it_holds(stored, known):
    read = read_condition(stored)
    if holds(read, Known(known, SPECS)):
        assert demanded_by(read) <= set(known)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (condition("eq", "q9", "a1"), "これより前の設問にありません"),
        (condition("eq", "q1", "a9"), "「a9」という選択肢はありません"),
        (condition("gt", "q1", "3"), "大小がない"),
        (condition("gt", "q3", "多い"), "数か日付で"),
        (condition("gt", "q4", "1"), "どの選択肢について"),
        (condition("eq", "q4", "1", part="zz"), "という行はありません"),
    ],
)
def test_what_a_condition_cannot_ask_is_said_to_staff(stored, words):
    assert words in " ".join(faults_in(read_condition(stored), SPECS))


@pytest.mark.parametrize(
    "stored",
    [
        {"op": "eval", "code": "1+1"},
        {"op": "all", "of": []},
        {"op": "eq", "question": "q1", "values": []},
        {"op": "eq", "question": "__class__", "values": ["a"]},
        {"op": "eq", "question": "q1", "values": ["a"], "extra": 1},
        {"op": "not", "of": None},
    ],
)
def test_only_the_closed_language_is_read(stored):
    with pytest.raises(ValidationError):
        read_condition(stored)


def test_too_deep_conditions_are_refused():
    stored = condition("eq", "q1", "a1")
    for _ in range(6):
        stored = {"op": "not", "of": stored}
    assert "入れ子" in faults_in(read_condition(stored), SPECS)[0]


def test_a_condition_reads_as_a_sentence():
    names = {"q1": "問1", "q3": "問3", "q4": "問4"}
    stored = {
        "op": "all",
        "of": [
            condition("in", "q1", "a1", "a2"),
            {"op": "any", "of": [condition("ge", "q3", "5"), condition("eq", "q4", "1", part="a3")]},
        ],
    }
    assert in_words(read_condition(stored), SPECS, names) == (
        "問1で「朝」か「昼」を選んだとき、かつ、（問3が5以上のとき、または、問4の「夜」で「1」を選んだとき）"
    )
    assert in_words(None, SPECS, names) == "いつも"
