"""Margins and answers: what stands for what, what does not fit, and joined margins weighted in two ways."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain.crosstabs import Axis, Category
from participation.surveys.domain.margins import read_margins
from participation.surveys.domain.matching import (
    attributes_of,
    disagreement,
    guess_variable,
    match_margins,
)
from participation.surveys.domain.variables import Variable
from participation.surveys.domain.weighting import Parameters, rake
from tests.surveys.by_definition import fitted_array

HEAD = "年代,地区,性別,population,source,as_of\n"
SAID = ",架空の統計,2026-01-01\n"


def variable(key, title, *labels, several=False):
    categories = tuple(Category(f"a{number}", label) for number, label in enumerate(labels, start=1))
    return Variable(Axis(key, title, categories, several), lambda value: (value,), attribute=title)


AGE = variable("q1", "年代", "20代", "30代", "40代〜", "答えたくない")
AREA = variable("q2", "地区", "北", "南")
SEX = variable("q3", "性別", "女", "男")
KNOWN = {"年代": AGE, "地区": AREA, "性別": SEX}


def matched(*lines):
    read = read_margins(HEAD + "".join(line + SAID for line in lines))
    assert not read.errors, read.errors
    return match_margins(read.margins, KNOWN)


def test_every_combination_of_answers_falls_into_the_category_of_its_line():
    (match,) = matched("20代,北,,5", "20代,南,,6", "30代＋40代～,北,,7", "a2,南,,8", "40代〜,南,,9")
    assert match.faults == ()
    assert match.cells == {
        ("a1", "a1"): "20代×北",
        ("a1", "a2"): "20代×南",
        ("a2", "a1"): "30代＋40代～×北",
        ("a3", "a1"): "30代＋40代～×北",
        ("a2", "a2"): "a2×南",
        ("a3", "a2"): "40代〜×南",
    }
    assert match.codes[0]["30代＋40代～"] == ("a2", "a3")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["20代,,,5", "50代,,,6"], 3, "年代の「50代」と同じ名前の選択肢が、「年代」にありません（20代、30代"),
        (["20代,,,5", "20代＋30代,,,6"], 3, "「20代＋30代」は、「20代」（2行目）と重なっています"),
        (["20代,北,,5", "20代,南,,5", "30代,南,,6"], 1, "「年代×地区」の表に「30代×北」の行がありません"),
        (["20代,東,,5", "20代,南,,5"], 2, "地区の「東」と同じ名前"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(lines, line, words):
    (match,) = matched(*lines)
    assert match.faults[0].line == line
    assert words in match.faults[0].words


def test_a_kind_of_which_there_is_nobody_needs_no_answer():
    (match,) = matched("20代,,,5", "30代,,,6", "100代,,,0")
    assert match.faults == ()


def test_attributes_are_found_by_their_categories_and_where_these_do_not_tell_by_their_name():
    several = variable("q9", "年代", "20代", "30代", several=True)
    margins = read_margins(
        "地区,いくつ,population,source,as_of\n" + "".join(f",{each},3{SAID}" for each in ("20代", "30代"))
    ).margins
    assert attributes_of(margins) == ["いくつ"]
    assert guess_variable("いくつ", margins, [several, AREA, AGE]) is AGE
    assert guess_variable("地区", margins, [AGE, AREA]) is AREA
    assert guess_variable("職業", margins, [AGE, AREA]) is None
    ages = read_margins(
        "年代,population,source,as_of\n" + "".join(f"{each},3{SAID}" for each in ("20代", "30代"))
    ).margins
    by_label, other = (
        variable("q7", "いくつですか", "20代", "30代"),
        variable("a:年代", "年代", "若い", "高い"),
    )
    assert guess_variable("年代", ages, [other, by_label]) is by_label
    assert guess_variable("年代", ages, [by_label, AGE]) is AGE


def test_margins_that_say_different_things_of_the_same_answers_are_told_apart():
    joined = ["20代,北,,10", "20代,南,,20", "30代,北,,30", "30代,南,,40"]
    assert disagreement(matched(*joined, "20代,,,30", "30代,,,70", ",北,,40", ",南,,60")) == ""
    said = disagreement(matched(*joined, "20代,,,31", "30代,,,69"))
    assert "「年代×地区」と「年代」の表で、「20代」の人の割合が合いません（30.000%と31.000%）" in said
    # 20代 and 30代 are told apart by one alone: what both tell of is the sum.
    coarse = ["20代＋30代,北,,40", "20代＋30代,南,,60"]
    assert disagreement(matched(*coarse, "20代,,,31", "30代,,,69")) == ""


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=12, max_size=12),
    st.lists(st.integers(1, 50), min_size=6, max_size=6),
)
def test_joined_margins_give_the_weights_of_a_table_fitted_by_its_axes(counts, joint):
    people = np.array(counts).reshape(3, 2, 2) + 1
    age_by_area, sexes = np.array(joint).reshape(3, 2) * 100, np.array([2, 3]) * sum(joint) * 20
    ages, areas = ("20代", "30代", "40代〜"), ("北", "南")
    lines = [
        f"{age},{area},,{age_by_area[i, j]}"
        for (i, age), (j, area) in product(enumerate(ages), enumerate(areas))
    ]
    matches = matched(*lines, f",,女,{sexes[0]}", f",,男,{sexes[1]}")
    keyed = {
        tuple(
            match.cells[tuple(f"a{place[axis] + 1}" for axis in axes)]
            for match, axes in zip(matches, ((0, 1), (2,)), strict=True)
        ): int(people[place])
        for place in np.ndindex(people.shape)
    }
    raked = rake(keyed, [match.margin for match in matches], Parameters(least=None, most=None))
    weights = fitted_array(people, [((0, 1), age_by_area), ((2,), sexes)])
    wanted = {key: weights[place] for key, place in zip(keyed, np.ndindex(people.shape), strict=True)}
    assert raked.weights == {key: pytest.approx(weight, rel=1e-6) for key, weight in wanted.items()}
    mass = sum(keyed[key] * weight for key, weight in raked.weights.items())
    assert raked.effective == pytest.approx(
        mass**2 / sum(people[p] * weights[p] ** 2 for p in np.ndindex(people.shape))
    )
