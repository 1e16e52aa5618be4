"""Covering words: places, lengths, and getting the words back."""

from __future__ import annotations

import random

import pytest

from participation.contributions.domain import (
    REDACTION_REASON_NAMES,
    Covering,
    PersonalData,
    RedactionReason,
    cover,
    covered_note,
    covering_of,
    find_personal_data,
    in_parts,
    joined,
    places_of,
    put_back,
)

NAME, CONTACT = RedactionReason.NAME, RedactionReason.CONTACT


def test_every_kind_of_personal_data_has_a_reason_for_covering() -> None:
    text = "田中さん 090-1234-5678 a@example.jp 目黒1-2-3 品川300あ12-34 油面小学校3年2組"
    found = find_personal_data(text)
    assert {covering_of(each).reason for each in found} <= set(REDACTION_REASON_NAMES)
    assert len({each.kind for each in found}) > 3
    assert PersonalData.NAME in {each.kind for each in found}


def test_each_character_is_covered_by_one_and_lines_stay() -> None:
    assert cover("あいう\nえお", [Covering(1, 5, NAME)]) == "あ■■\n■お"


def test_passages_that_overlap_become_one() -> None:
    passages = [Covering(4, 8, CONTACT), Covering(0, 3, NAME), Covering(2, 5, NAME)]
    assert joined(passages) == [Covering(0, 8, NAME)]
    assert joined([Covering(0, 2, NAME), Covering(2, 4, CONTACT)]) == [
        Covering(0, 2, NAME),
        Covering(2, 4, CONTACT),
    ]


def test_all_places_of_words_are_found_none_overlapping() -> None:
    assert places_of("ああ", "あああああ", NAME) == [Covering(0, 2, NAME), Covering(2, 4, NAME)]
    assert places_of("", "あ", NAME) == []


@pytest.mark.parametrize("seed", range(50))
def test_any_covering_keeps_the_length_and_can_be_taken_off(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice("あ山a🚲\n  ■") for _ in range(60))
    spans = joined(
        Covering(start, start + chance.randrange(1, 9), chance.choice(list(RedactionReason)))
        for start in (chance.randrange(50) for _ in range(chance.randrange(1, 6)))
    )
    covered = cover(text, spans)
    assert len(covered) == len(text)
    assert put_back(covered, [(each.start, text[each.start : each.end]) for each in spans]) == text
    assert "".join(part for part, _ in in_parts(text, spans)) == text


def test_the_note_names_the_reasons_and_is_silent_where_nothing_is_covered() -> None:
    assert covered_note([]) == ""
    assert covered_note(["name", "address"]) == "■は、区が伏せたところです（理由：人の名前・住所）。"
