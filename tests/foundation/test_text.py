"""What people type is cleaned once, kept as typed, folded only for comparing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.foundation.text import character_count, clean, clean_line, excerpt, fold


def test_line_breaks_of_every_machine_become_one_kind():
    assert clean("一行目\r\n二行目\r三行目\n") == "一行目\n二行目\n三行目\n"


def test_invisible_control_characters_are_taken_out():
    assert clean("公\x00園\x0bで\x1f遊ぶ\ufeff") == "公園で遊ぶ"


def test_a_half_character_is_refused():
    with pytest.raises(Refused, match="読み取れない"):
        clean("公園\ud800")


def test_a_private_use_character_is_refused_with_its_place():
    with pytest.raises(Refused, match="3文字目"):
        clean("山田\ue000")


def test_rare_kanji_variants_and_joined_emoji_are_kept():
    text = "𠮷野家 葛\U000e0100城 👩‍👩‍👧 髙﨑①㈱"
    assert clean(text) == text


def test_a_name_cannot_hide_its_direction():
    assert clean_line("区\u202e役\u200b所\n 職員") == "区役所 職員"


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＢＣ１２３", "abc123"), ("ｶﾅ", "かな"), ("カモメ", "かもめ"), ("が", "か\u3099"), ("a　b", "A b")],
)
def test_look_alikes_are_equal_when_folded(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("公園", 2), ("か\u3099", 1), ("👩‍👩‍👧", 1), ("葛\U000e0100", 1), ("👍🏽", 1), ("一\n二", 3)],
)
def test_characters_are_counted_as_people_count_them(text, count):
    assert character_count(text) == count


def test_an_excerpt_is_one_line_and_says_that_it_was_cut():
    assert excerpt("あいうえお\nかきくけこ", 6) == "あいうえお…"
    assert excerpt("はじめの文。\n次の文\n終わり Good day.") == "はじめの文。次の文 終わり Good day."
    assert excerpt("短い", 6) == "短い"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Co"))))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
