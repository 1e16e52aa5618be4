"""Question types: what counts as an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from participation.consultations.domain import State, state_at
from participation.surveys.domain import (
    Asked,
    Fault,
    MultipleSpec,
    ScaleSpec,
    SingleSpec,
    SurveyStatus,
    TextSpec,
    counts_of,
    minutes_needed,
    percent,
    read_answers,
    read_spec,
)
from tests.conftest import MOMENT
from tests.support.builders.surveys import four_questions, options

SINGLE = SingleSpec(options=options("賛成", "反対"))
MULTIPLE = MultipleSpec(options=options("区報", "掲示板", "SNS"), least=1, most=2)
SCALE = ScaleSpec(low_label="低い", high_label="高い")
TEXT = TextSpec(limit=20)


def asked():
    return [
        Asked(f"q{number}", draft.text, draft.help, draft.is_required, draft.spec)
        for number, draft in enumerate(four_questions(), 1)
    ]


@pytest.mark.parametrize(
    ("spec", "given", "stored"),
    [
        (SINGLE, ["a1"], "a1"),
        (SINGLE, [], None),
        (SINGLE, [""], None),
        (MULTIPLE, ["a3", "a1"], ["a1", "a3"]),
        (MULTIPLE, [], None),
        (SCALE, ["5"], 5),
        (TEXT, ["  よい\n取組  "], "よい\n取組"),
        (TEXT, ["   "], None),
        (TEXT, ["あ" * 20], "あ" * 20),
    ],
)
def test_an_answer_is_stored_in_the_form_of_its_question(spec, given, stored):
    assert spec.read({"": given}) == stored


@pytest.mark.parametrize(
    ("spec", "given"),
    [
        (SINGLE, ["a1", "a2"]),
        (SINGLE, ["a1", "a1"]),
        (SINGLE, ["a9"]),
        (MULTIPLE, ["a1", "a2", "a3"]),
        (MULTIPLE, ["a1", "a1"]),
        (MULTIPLE, ["a1", "x"]),
        (SCALE, ["6"]),
        (SCALE, ["0"]),
        (SCALE, ["１"]),
        (SCALE, ["NaN"]),
        (TEXT, ["あ" * 21]),
        (TEXT, ["a", "b"]),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused_in_words(spec, given):
    with pytest.raises(Fault) as refused:
        spec.read({"": given})
    assert str(refused.value).endswith(("。", "）。"))


@pytest.mark.parametrize(
    "stored",
    [
        {"kind": "matrix"},
        {"kind": "no such kind"},
        {"kind": "single", "options": []},
        {"kind": "single", "options": [{"code": "a", "label": "x"}, {"code": "a", "label": "y"}]},
        {"kind": "single", "options": [{"code": "a", "label": "x"}, {"code": "b", "label": "x"}]},
        {
            "kind": "multiple",
            "options": [{"code": "a", "label": "x"}, {"code": "b", "label": "y"}],
            "most": 3,
        },
        {"kind": "scale", "low": 1, "high": 99, "low_label": "a", "high_label": "b"},
        {"kind": "text", "limit": 10**9},
        {"kind": "text", "extra": 1},
    ],
)
def test_settings_that_make_no_question_are_refused(stored):
    with pytest.raises(ValidationError):
        read_spec(stored)


@pytest.mark.parametrize("spec", [SINGLE, MULTIPLE, SCALE, TEXT])
def test_settings_come_back_from_storage_as_they_were(spec):
    assert read_spec(spec.model_dump(mode="json")) == spec


def test_what_is_required_and_missing_is_named_and_so_is_a_question_that_does_not_exist():
    reading = read_answers(asked(), {"q3": ["2"], "q9": ["a1"]})
    assert reading.answers == {"q3": 2}
    assert set(reading.faults) == {"q1", ""}
    assert read_answers(asked(), {"q3": ["2"]}, complete=False).faults == {}


def test_each_answer_adds_one_to_its_counts_and_a_text_only_to_who_wrote():
    counted = counts_of(asked(), {"q1": "a1", "q2": ["a1", "a3"], "q4": "よい"})
    assert counted == [
        ("", "*"),
        ("q1", "*"),
        ("q1", "?"),
        ("q1", "a1"),
        ("q2", "*"),
        ("q2", "?"),
        ("q2", "a1"),
        ("q2", "a3"),
        ("q3", "?"),
        ("q4", "*"),
        ("q4", "?"),
    ]


def test_words_of_an_answer_are_its_labels():
    assert MULTIPLE.words(["a1", "a3"]) == "区報、SNS"
    assert SCALE.words(5) == "5（高い）"


def test_a_period_is_open_from_its_first_moment_and_closed_at_its_last():
    end = MOMENT + timedelta(days=1)
    assert state_at(SurveyStatus.OPEN, MOMENT, end, MOMENT) is State.OPEN
    assert state_at(SurveyStatus.OPEN, MOMENT, end, MOMENT - timedelta(microseconds=1)) is State.COMING
    assert state_at(SurveyStatus.OPEN, MOMENT, end, end) is State.CLOSED
    assert state_at(SurveyStatus.CLOSED, MOMENT, end, MOMENT) is State.CLOSED
    assert state_at(SurveyStatus.DRAFT, MOMENT, end, MOMENT) is State.DRAFT


def test_minutes_are_rounded_up_and_shares_to_the_nearest_percent():
    assert minutes_needed([]) == 1
    assert minutes_needed(asked()) == 3
    assert (percent(1, 3), percent(1, 8), percent(0, 0)) == (33, 13, 0)
