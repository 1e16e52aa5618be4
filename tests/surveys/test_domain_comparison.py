"""The same question twice: differences with their intervals, and what may be said of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.surveys.domain.comparison import (
    FIGURES_FORM,
    MIXED,
    OTHER_WORDS,
    RANDOM,
    SELF_SELECTED,
    Asking,
    NotFigures,
    compare,
    difference,
    read_figures,
)


def asking(answered=100, yes=40, *, random=False, text="区報を読みますか", labels=("はい", "いいえ")):
    return Asking(
        "目黒区",
        "2026-11-22",
        "k",
        text,
        random,
        answered,
        dict(zip(labels, (yes, answered - yes), strict=True)),
    )


def test_newcombes_example_comes_out_as_he_printed_it():
    found = difference(56, 70, 48, 80)
    assert found.by == pytest.approx(0.2)
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )
    assert found.is_clear


pairs = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(pairs, pairs)
def test_a_difference_lies_in_its_interval_and_turns_round_with_the_two(one, other):
    there, back = difference(*one, *other), difference(*other, *one)
    assert -1 - 1e-9 <= there.interval.low <= there.by <= there.interval.high <= 1 + 1e-9
    assert (back.by, back.interval.low) == (pytest.approx(-there.by), pytest.approx(-there.interval.high))
    assert difference(0, 0, 1, 2) is None


def test_differences_are_to_the_first_and_only_of_what_both_offered():
    found = compare([asking(), asking(yes=70), asking(labels=("はい", "どちらとも"))])
    assert found.labels == ("はい", "いいえ", "どちらとも")
    assert [each.is_clear for each in found.differences["はい"]] == [True, False]
    assert found.differences["いいえ"][1] is None
    assert found.differences["どちらとも"] == (None, None)
    assert found.askings[0].share("どちらとも") is None
    assert found.askings[0].interval("はい").low < 0.4


@pytest.mark.parametrize(
    ("askings", "said"),
    [
        ([asking(), asking()], (SELF_SELECTED,)),
        ([asking(random=True), asking(random=True)], (RANDOM,)),
        ([asking(random=True), asking()], (MIXED,)),
        ([asking(), asking(text="区報を読んでいますか")], (SELF_SELECTED, OTHER_WORDS)),
    ],
)
def test_what_may_be_said_depends_on_whom_and_how_was_asked(askings, said):
    assert compare(askings).may_be_said == said


GOOD = {
    "form": FIGURES_FORM,
    "issuer": "ある区",
    "title": "調査",
    "closes_at": "2026-10-01T00:00:00",
    "is_random_sample": True,
    "questions": [{"key": "k", "text": "問", "answered": 10, "choices": [{"label": "はい", "count": 4}]}],
}


def test_published_figures_of_another_ward_are_read():
    (found,) = read_figures(json.dumps(GOOD))
    assert (found.source, found.when, found.is_random_sample) == ("ある区「調査」", "2026-10-01", True)
    assert found.choices == {"はい": 4}


@pytest.mark.parametrize(
    "change",
    [
        {"form": "x"},
        {"questions": 5},
        {"questions": [{"key": "k"}]},
        {"questions": [{"key": "k", "text": "x", "answered": 3, "choices": [{"label": "x", "count": 4}]}]},
        {"questions": [{"key": "k", "text": "x", "answered": 3, "choices": [{"label": "x", "count": True}]}]},
        {"questions": [{"key": "k", "text": "x", "answered": -3, "choices": []}]},
        {"questions": []},
    ],
)
def test_what_is_no_file_of_figures_is_refused(change):
    with pytest.raises(NotFigures):
        read_figures(json.dumps(GOOD | change))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 20_000, "null"])
def test_what_is_no_data_at_all_is_refused(text):
    with pytest.raises(NotFigures):
        read_figures(text)
