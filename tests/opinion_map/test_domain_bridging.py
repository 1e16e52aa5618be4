"""The second view: axes in words, bridging scores that are sure, and one's own side as the computing sees it."""

from __future__ import annotations

import random

import pytest

from participation.opinion_map.domain.apart import as_file
from participation.opinion_map.domain.bridging import (
    draw_model,
    model_axes_of,
    model_outline,
    sides_of,
)
from participation.opinion_map.domain.picture import HEIGHT, WIDTH, Wording, draw
from participation.opinion_map.domain.placing import ModelStanding, place_on_model
from tests.support.builders.opinion_map import computed

STATEMENTS = 14


def camps(people=60):
    """Two camps on all but the last two statements: on 13 nearly all agree, on 14 nearly all disagree."""
    dice, votes = random.Random(8), []
    for who in range(people):
        for number in range(1, STATEMENTS + 1):
            side = 1 if (who % 2 == 0) == (number % 2 == 0) else -1
            value = {13: 1, 14: -1}.get(number, side)
            if dice.random() < 0.1:
                value = -value
            if dice.random() < 0.9:
                votes.append((f"p{who:03}", number, value))
    return votes


@pytest.fixture(scope="module")
def found():
    return computed(as_file(camps()))


@pytest.fixture(scope="module")
def picture(found):
    return draw(found, [Wording(number, f"文{number}") for number in range(1, STATEMENTS + 1)], {})


@pytest.fixture(scope="module")
def model(found, picture):
    outline = model_outline(found)
    return draw_model(found, outline, picture, frozenset(range(1, STATEMENTS + 1)))


def test_what_all_agree_to_is_a_bridge_and_what_divides_is_not(model):
    assert model["bridges"][0] == 13
    assert model["against"][0] == 14
    told = {each["number"]: each for each in model["statements"]}
    assert all(abs(told[number]["bridging"]) < told[13]["bridging"] / 2 for number in range(1, 13))
    assert model["statements"][0]["number"] == 13


def test_the_first_axis_is_told_by_the_statements_that_divide_and_never_by_a_bridge(model):
    axis = model["axes"][0]
    assert len(axis["agrees"]) == len(axis["disagrees"]) == 3
    assert {number % 2 for number in axis["agrees"]} != {number % 2 for number in axis["disagrees"]}
    assert not {13, 14} & {*axis["agrees"], *axis["disagrees"]}


def test_everybody_is_drawn_inside_and_groups_keep_their_letters(model, picture):
    assert len(model["dots"]) == picture["placed"]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y, _ in model["dots"])
    assert [each["letter"] for each in model["groups"]] == [each["letter"] for each in picture["groups"]]


def test_one_stands_by_ones_own_votes_near_where_the_computing_put_one(found):
    axes, people = model_axes_of(found), found["participants"]
    votes = camps()
    for at, who in enumerate(people["id"]):
        standing = place_on_model({number: value for voter, number, value in votes if voter == who}, axes)
        assert standing.x == pytest.approx(people["model_x"][at], abs=0.15)
        assert standing.x_error == pytest.approx(people["model_x_error"][at], rel=0.1)


def test_without_votes_one_stands_in_the_middle_as_unsurely_as_everybody(found):
    axes = model_axes_of(found)
    standing = place_on_model({99: 1}, axes)
    assert (standing.x, standing.y) == (0, 0)
    assert standing.x_error == pytest.approx(axes.spread[1] ** 0.5)


@pytest.mark.parametrize(
    ("standing", "sides"),
    [
        (ModelStanding(1.2, -1.2, 0.3, 0.3), ("右", "下")),
        (ModelStanding(-1.2, 1.2, 0.3, 0.3), ("左", "上")),
        (ModelStanding(1.2, -0.2, 1.5, 0.1), ("まん中あたり", "まん中あたり")),
    ],
)
def test_a_side_is_told_only_where_it_is_sure(standing, sides):
    assert sides_of(standing) == sides


def test_a_run_that_did_not_tell_of_its_model_has_no_second_view(found):
    method = {key: value for key, value in found["method"].items() if key not in ("noise", "spread")}
    before = {**found, "method": method}
    assert model_outline(before) is None
    assert model_axes_of(before) is None
