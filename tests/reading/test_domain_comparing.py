"""All opinions of a consultation at once: like nothing in a point, or something that nobody spoke of before."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from participation.reading.domain.comparing import NEW_PEOPLE, Voice, compare, people_in
from participation.reading.domain.finding import numbers_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SINCE = NOW - timedelta(days=14)
OLD = NOW - timedelta(days=40)
PAPER = "区報の文字を大きくして、駅や図書館にも区報を置いてください。"
PARK = "公園の照明を増やして、夜間の見回りも増やしてください。"
BUS = "循環バスの停留所を病院前に増設してください。高齢者の通院に必要です。"


def compared(rows, *, shuffled=False):
    """rows: (text, in a point, when, who)."""
    voices = [Voice(number, *row[1:]) for number, row in enumerate(rows, start=1)]
    pairs = [
        (number, pair) for number, row in enumerate(rows, start=1) for pair in sorted(numbers_of(row[0]))
    ]
    if shuffled:
        random.Random(3).shuffle(voices)
        random.Random(4).shuffle(pairs)
    both = np.array(pairs or np.zeros((0, 2)), dtype=np.int64).reshape(-1, 2)
    return compare(voices, both[:, 0], both[:, 1], SINCE)


BACKGROUND = [
    (f"{word}の予算の内訳を公表してください。", True, OLD, f"b{word}")
    for word in ("学校", "道路", "保育", "防災")
]


def test_an_opinion_in_no_point_knows_the_nearest_one_that_is_in_one():
    found = compared(
        [
            *BACKGROUND,
            (PAPER, True, OLD, "a"),
            ("駅に区報を置いてください。文字も大きく。", False, NOW, "b"),
            (BUS, False, NOW, "c"),
        ]
    )
    assert [(each.opinion_id, each.nearest_id) for each in found] == [(6, 5), (7, None)]
    assert found[0].likeness > 0.3
    assert found[1].likeness == 0


def test_what_several_people_say_lately_and_nobody_before_is_a_new_topic():
    new = [(BUS + f"理由{number}", False, NOW, f"n{number}") for number in range(NEW_PEOPLE)]
    found = compared([*BACKGROUND, (PAPER, False, OLD, "a"), *new])
    leads = {each.opinion_id: each.leads_id for each in found}
    assert leads[5] is None
    assert len({leads[number] for number in range(6, 6 + NEW_PEOPLE)}) == 1
    assert leads[6] is not None


def test_one_person_many_times_or_a_topic_that_is_known_is_nothing_new():
    same_person = [(BUS, False, NOW, "only")] * 9
    assert all(each.leads_id is None for each in compared([*BACKGROUND, *same_person]))
    known = [(BUS, False, NOW, f"n{number}") for number in range(9)]
    assert all(each.leads_id is None for each in compared([*BACKGROUND, (BUS, True, OLD, "a"), *known]))
    # In the first days of a consultation everything is new: nothing is told of.
    assert all(each.leads_id is None for each in compared(known))


def test_a_class_that_hands_in_together_is_as_many_people_as_it_is_however_often_it_speaks():
    one, two = (Voice(n, False, NOW, "class", submission_id=7, people=24) for n in (1, 2))
    assert people_in([one]) == people_in([one, two]) == 24
    assert people_in([one, Voice(3, False, NOW, "a"), Voice(4, False, NOW, "a")]) == 25
    assert people_in([]) == 0
    found = compared([*BACKGROUND, (PAPER, True, OLD, "a"), (BUS, False, NOW, "class", 7, 24)])
    assert found[0].leads_id == found[0].opinion_id
    small = compared([*BACKGROUND, (PAPER, True, OLD, "a"), (BUS, False, NOW, "class", 7, NEW_PEOPLE - 1)])
    assert small[0].leads_id is None


def test_the_order_of_rows_makes_no_difference():
    rows = [*BACKGROUND, (PAPER, True, OLD, "a"), (PARK, False, OLD, "b")]
    rows += [(BUS + f"番号{number}", False, NOW, f"n{number}") for number in range(7)]
    assert compared(rows) == compared(rows, shuffled=True)


def test_nothing_and_texts_without_letters_are_compared_too():
    assert compared([]) == []
    (only,) = compared([("。。。", False, NOW, "a")])
    assert (only.likeness, only.nearest_id) == (0, None)
    assert compared([(PAPER, True, OLD, "a")]) == []
