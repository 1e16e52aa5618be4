"""Dividing, as pure rules: where a letter may be cut, what its parts say, and which opinion keeps its number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.opinions.domain.dividing import (
    Arrangement,
    AsideReason,
    Piece,
    Standing,
    check_arrangement,
    cut_before,
    cut_up,
    identities,
    is_within,
    joined_ranges,
    neighbours_joined,
    overlap,
    passages,
    place_in_original,
    place_in_words,
    suggested_cuts,
    units,
    units_cut,
    words_of,
)

LETTER = "はじめまして。\n\n1. 公園について\n木陰が「足りない。」と思います。\n２．図書館\n・席を増やす（土日も。）。・夜も開ける。\n\n以上です。"
texts = st.text("あ。！？「」（）\n　 ・1.①（）山A", max_size=80)


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_up(text, suggested_cuts(text))]


def test_headings_bullets_numbers_and_empty_lines_are_proposed_and_a_bullet_stays_with_its_heading() -> None:
    assert pieces(LETTER) == [
        "はじめまして。\n\n",
        "1. 公園について\n木陰が「足りない。」と思います。\n",
        "２．図書館\n・席を増やす（土日も。）。",
        "・夜も開ける。\n\n",
        "以上です。",
    ]


@pytest.mark.parametrize(
    "mark", ["①", "(1) ", "（１）", "ア．", "一、", "第一に、", "【公園】", "● ", "- ", "次に、", "2点目は"]
)
def test_marks_that_begin_a_point_are_known(mark: str) -> None:
    assert suggested_cuts(f"前の文です。{mark}公園の木陰が足りません。") == [6]


def test_a_plain_text_is_not_cut_by_itself() -> None:
    assert suggested_cuts("公園の木陰が足りません。図書館の席も足りません。") == []
    assert suggested_cuts("平成1.5年の話です。3.11のことも忘れません。") == []


@given(texts)
def test_the_units_are_the_text_without_a_character_more_or_less(text: str) -> None:
    assert "".join(text[unit.start : unit.end] for unit in units(text)) == text


@given(texts, st.lists(st.integers(-3, 90)))
def test_pieces_cover_the_whole_text_once_and_none_is_of_spaces_only(text: str, cuts: list[int]) -> None:
    ranges = cut_up(text, cuts)
    assert "".join(text[start:end] for start, end in ranges) == text
    assert len(ranges) == 1 or all(text[start:end].strip() for start, end in ranges)
    shown = units_cut(text, cuts)
    assert "".join(text[unit.start : unit.end] for unit in shown) == text


@given(texts, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=4))
def test_places_in_the_words_and_in_the_original_are_the_same_letters(
    text: str, some: list[tuple[int, int]]
) -> None:
    spoken = passages(
        text, [(start, min(start + length, len(text))) for start, length in some if start < len(text)]
    )
    words = words_of(text, spoken)
    for start in range(len(words)):
        for first, last in place_in_original(spoken, start, start + 1):
            assert text[first:last] == words[start]
            assert (start, start + 1) in place_in_words(spoken, first, last)


def test_a_place_in_the_middle_is_named_by_the_words_that_follow_exactly_once() -> None:
    assert cut_before("公園と図書館と公園", "図書館") == 3
    with pytest.raises(Refused, match="何度も"):
        cut_before("公園と図書館と公園", "公園")
    with pytest.raises(Refused, match="原本にありません"):
        cut_before("公園", "図書館")
    with pytest.raises(Refused):
        cut_before("公園", "　")


def test_neighbours_that_belong_together_become_one_piece_and_others_stay() -> None:
    chosen = Arrangement(
        (
            Piece(0, 2, opinion=1),
            Piece(2, 5, opinion=1),
            Piece(5, 6, aside=AsideReason.GREETING),
            Piece(6, 7, aside=AsideReason.SIGNATURE),
            Piece(7, 8),
            Piece(8, 9),
        )
    )
    assert neighbours_joined(chosen).pieces == (
        Piece(0, 5, opinion=1),
        Piece(5, 6, aside=AsideReason.GREETING),
        Piece(6, 7, aside=AsideReason.SIGNATURE),
        Piece(7, 9),
    )


def test_whatever_keeps_most_words_keeps_its_number_and_the_rest_is_merged_where_its_words_went() -> None:
    before = [Standing(10, 1, ((0, 6),)), Standing(11, 2, ((6, 20),)), Standing(12, 3, ((20, 22),))]
    found = identities(before, [[(0, 2), (20, 22)], [(2, 20)]])
    assert found.kept == (10, 11)
    assert found.absorbed == {12: 0}


def test_equal_shares_go_to_the_lower_number() -> None:
    before = [Standing(10, 7, ((0, 5),)), Standing(11, 3, ((5, 10),))]
    assert identities(before, [[(0, 10)]]).kept == (11,)
    assert identities(before, [[(0, 10)]]).absorbed == {10: 0}


def test_ranges_are_joined_compared_and_held() -> None:
    assert joined_ranges([(5, 7), (0, 3), (3, 5)]) == [(0, 7)]
    assert overlap([(0, 5)], [(3, 9)]) == 2
    assert is_within([(1, 3)], [(0, 2), (2, 5)])
    assert not is_within([(1, 6)], [(0, 5)])


def test_an_arrangement_accounts_for_every_character() -> None:
    check_arrangement("あい", Arrangement((Piece(0, 1, opinion=1), Piece(1, 2))))
    with pytest.raises(Refused, match="空白だけ"):
        check_arrangement("あ　", Arrangement((Piece(0, 1, opinion=1), Piece(1, 2, opinion=2))))
