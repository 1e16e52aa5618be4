"""The picture: where one stands is where the computing puts one; few people are not told of; too little is said in words."""

from __future__ import annotations

import random

import pytest

from participation.opinion_map.domain.apart import as_file
from participation.opinion_map.domain.picture import (
    HEIGHT,
    MOST_DOTS,
    WIDTH,
    Wording,
    axes_of,
    draw,
    overlap,
    spot,
)
from participation.opinion_map.domain.placing import place
from tests.support.builders.opinion_map import computed


def camps(people=40, statements=12):
    """Two camps, one twice the other; now and then somebody answers otherwise; on the last all agree."""
    dice, votes = random.Random(5), []
    for who in range(people):
        for number in range(1, statements + 1):
            side = 1 if (who % 3 == 0) == (number % 2 == 0) else -1
            value = 1 if number == statements else -side if dice.random() < 0.12 else side
            if dice.random() < 0.9:
                votes.append((f"p{who:03}", number, value))
    return votes


@pytest.fixture(scope="module")
def votes():
    return camps()


@pytest.fixture(scope="module")
def found(votes):
    return computed(as_file(votes))


@pytest.fixture(scope="module")
def picture(found):
    return draw(found, [Wording(n, f"文{n}") for n in range(1, 13)], {1: ("名前", "説明")})


def test_everybody_stands_on_their_own_votes_where_the_computing_put_them(found, votes):
    axes, people = axes_of(found), found["participants"]
    for at, who in enumerate(people["id"]):
        standing = place({number: value for voter, number, value in votes if voter == who}, axes)
        assert standing.x == pytest.approx(people["x"][at], abs=1e-4)
        assert standing.y == pytest.approx(people["y"][at], abs=1e-4)
        if people["group"][at] is not None and people["confidence"][at] > 0.8:
            assert standing.group == people["group"][at]
            assert standing.confidence > 0.8


def test_with_few_votes_nobody_has_a_place_and_unknown_statements_count_nowhere(found):
    axes = axes_of(found)
    standing = place({1: 1, 2: -1, 99: 1}, axes)
    assert (standing.votes, standing.missing, standing.group) == (2, 5, None)


def test_the_picture_says_what_unites_what_divides_and_what_each_group_says(picture):
    assert [group["letter"] for group in picture["groups"]] == ["A", "B"]
    assert picture["groups"][0]["name"] == "名前"
    assert {"number": 12, "agrees": True} in picture["unites"]
    assert picture["divides"]
    assert all(each["number"] != 12 for each in picture["divides"])
    assert all(group["says"] for group in picture["groups"])
    assert picture["missing"] == ""


def test_every_dot_is_inside_of_the_drawing_and_there_are_not_too_many(found, picture):
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y, _ in picture["dots"])
    assert len(picture["dots"]) == picture["placed"] <= MOST_DOTS
    assert spot(1e9, -1e9, 1.0) == (WIDTH - 28, HEIGHT - 28)


def test_what_few_of_a_group_answered_is_not_told(found):
    few = {**found, "statements": [dict(each) for each in found["statements"]]}
    first = few["statements"][0]
    first["by_group"] = [{**first["by_group"][0], "seen": 4}, first["by_group"][1]]
    drawn = draw(few, [Wording(n, f"文{n}") for n in range(1, 13)], {})
    (told,) = [each for each in drawn["statements"] if each["number"] == int(first["id"])]
    assert told["by_group"][0] is None


def test_what_chance_explains_is_not_told_of_a_group(found):
    few = {**found, "statements": [dict(each) for each in found["statements"]]}
    for each in few["statements"]:
        each["by_group"] = [{**part, "is_distinctive": False} for part in each["by_group"]]
    drawn = draw(few, [Wording(n, f"文{n}") for n in range(1, 13)], {})
    assert [group["says"] for group in drawn["groups"]] == [[], []]
    assert drawn["divides"] == []


def test_without_groups_what_unites_is_more_than_chance_of_many_questions(found):
    def asked(number, agree, seen):
        likely = {"agree": agree, "disagree": seen - agree, "seen": seen, "by_group": []}
        return {**found["statements"][0], "id": str(number), **likely}

    words = [Wording(n, f"文{n}") for n in range(1, 41)]
    nobody = [None] * len(found["participants"]["id"])
    alone = {
        **found,
        "groups": [],
        "participants": {**found["participants"], "group": nobody, "confidence": nobody},
    }
    # 31 of 50 would be remarkable if it were the only question, and is to be expected of one in forty.
    many = [asked(number, 31 if number == 7 else 25, 50) for number in range(1, 41)]
    assert draw({**alone, "statements": many}, words, {})["unites"] == []
    clear = [asked(number, {3: 46, 4: 3}.get(number, 25), 50) for number in range(1, 41)]
    united = draw({**alone, "statements": clear}, words, {})["unites"]
    assert united == [{"number": 4, "agrees": False}, {"number": 3, "agrees": True}]


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ([("a", n, 1) for n in range(1, 9)], "10人"),
        ([(f"p{who}", n, 0) for who in range(15) for n in range(1, 9)], "同じ"),
        ([(f"p{who}", n, 1) for who in range(15) for n in range(1, 9)], "同じ"),
    ],
    ids=["one voter", "all passes", "identical rows"],
)
def test_too_little_is_said_in_a_sentence_instead_of_a_picture(votes, sentence):
    drawn = draw(computed(as_file(votes)), [Wording(n, f"文{n}") for n in range(1, 10)], {})
    assert sentence in drawn["missing"]
    assert drawn["groups"] == drawn["dots"] == []


def test_overlap_is_shared_people_among_all():
    assert overlap(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)
    assert overlap(frozenset(), frozenset()) == 0
