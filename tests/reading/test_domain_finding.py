"""How alike two opinions are: by what they speak of, not by how it is said."""

from __future__ import annotations

import pytest

from participation.reading.domain.finding import (
    LEAST,
    MOST_PAIRS,
    MUCH,
    Degree,
    alike,
    asked_of,
    common_terms,
    degree_of,
    kept_of,
    numbers_of,
)

ONE = "区報の字が小さくて読めません。大きな字の区報を駅にも置いてください。"
LIKE = "駅に区報を置いてほしいです。区報の字も大きくしてください。"
OTHER = "公園の照明が暗いので、夜の見回りを増やしてください。"


def likeness(one, other):
    return alike(numbers_of(one), numbers_of(other), {}, 1000)


def test_the_same_is_wholly_alike_the_like_much_and_something_else_not():
    assert likeness(ONE, ONE) == 1
    assert likeness(ONE, "ワクチン接種の案内がほしいです。") == 0
    assert likeness("区報の文字を大きくしてほしい。区報は駅にも", "駅にも区報を。区報の文字を大きく") > LEAST
    assert likeness(ONE, OTHER) == 0


def test_width_and_case_make_no_difference_and_hiragana_say_nothing():
    assert likeness("ＤＸ推進計画について", "dx推進計画はどうですか") == 1
    assert numbers_of("とてもよいとおもいます。") == frozenset()
    assert likeness("よいです", "よいです") == 0


def test_two_short_texts_with_one_word_in_common_are_not_alike():
    assert likeness("賛成です。", "計画の考え方には賛成ですが、施設の場所は別です。") == 0
    assert likeness("賛成です。", "賛成。") == 1


def test_a_rare_pair_weighs_more_than_a_common_one():
    own = numbers_of("図書館計画推進")
    rare = alike(own, numbers_of("図書館計画"), dict.fromkeys(numbers_of("計画"), 900), 1000)
    common = alike(own, numbers_of("図書館計画"), dict.fromkeys(numbers_of("図書館"), 900), 1000)
    assert rare > common


def test_of_a_long_text_always_the_same_pairs_are_kept():
    text = "".join(chr(0x4E00 + number * 7 % 3000) for number in range(600))
    kept = kept_of(numbers_of(text))
    assert len(kept) == MOST_PAIRS
    assert kept == kept_of(frozenset(sorted(numbers_of(text), reverse=True)))
    # A text with most of the same letters keeps most of the same pairs.
    again = kept_of(numbers_of(text[:550]))
    assert len(set(kept) & set(again)) > MOST_PAIRS * 0.8


def test_others_are_asked_for_by_the_rarest_pairs_that_somebody_else_has():
    assert asked_of({1: 1, 2: 5, 3: 2, 4: 5}) == [3, 2, 4]


def test_what_both_speak_of_is_named():
    assert common_terms("区報とコミュニティバスの案内", "コミュニティバスの区報") == [
        "コミュニティバス",
        "区報",
    ]


@pytest.mark.parametrize(
    ("value", "degree"), [(MUCH, Degree.MUCH), (0.2, Degree.SOMEWHAT), (0.13, Degree.LITTLE)]
)
def test_likeness_is_told_in_words(value, degree):
    assert degree_of(value) is degree


@pytest.mark.parametrize("text", ["", "。、！", "🙂🙂🙂", "a", "字" * 100_000, "\ud800"])
def test_no_text_is_too_odd(text):
    assert 0 <= likeness(text, ONE) <= 1
    assert len(kept_of(numbers_of(text))) <= MOST_PAIRS
