"""Options as staff type them: codes stay with their options, whatever is done to the lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain import Option, Spot
from participation.surveys.domain.option_lines import (
    LineFault,
    read_easy_labels,
    read_options,
    read_spots,
    write_easy_labels,
    write_options,
    write_spots,
)

BEFORE = (Option(code="a1", label="区報"), Option(code="a2", label="掲示板"), Option(code="a7", label="SNS"))
LABELS = (
    st.text(st.sampled_from("区報掲示板あいうABC 12"), min_size=1, max_size=8).map(str.strip).filter(bool)
)


def codes(options):
    return [(option.code, option.label) for option in options]


def test_a_corrected_label_and_a_moved_line_keep_their_codes_and_a_new_line_gets_a_fresh_one():
    typed = "[a7] 動画・SNS\n\n  新聞 \n[a1] 区報"
    assert codes(read_options(typed, known=BEFORE)) == [("a7", "動画・SNS"), ("a8", "新聞"), ("a1", "区報")]


def test_a_bracket_lost_by_mistake_is_found_again_by_the_words():
    assert codes(read_options("掲示板\n区報\nSNS", known=BEFORE)) == [
        ("a2", "掲示板"),
        ("a1", "区報"),
        ("a7", "SNS"),
    ]


def test_a_code_that_meant_something_else_is_never_given_again():
    assert codes(read_options("x\ny", taken={"a9", "r50"})) == [("a10", "x"), ("a11", "y")]


def test_marks_say_what_is_special_and_both_widths_are_read():
    typed = "公園|画像 k7m2x9 木の多い公園\nその他｜記述\n［none］ ない｜単独"
    park, other, none = read_options(typed)
    assert (park.image, park.image_text) == ("k7m2x9", "木の多い公園")
    assert other.takes_text
    assert (none.code, none.is_exclusive) == ("none", True)
    assert read_options(write_options((park, other, none))) == (park, other, none)


def test_a_picture_is_one_that_there_is_and_brings_its_own_words():
    known = (Option(code="a1", label="公園", image="k0old", image_text="前の絵"),)
    pictures = {"k7m2x9": "木の多い公園", "k8": ""}
    typed = "公園｜画像 k0old 前の絵\n広場｜画像 k7m2x9\n道｜画像 k7m2x9 並木道"
    options = read_options(typed, known=known, pictures=pictures)
    assert [option.image_text for option in options] == ["前の絵", "木の多い公園", "並木道"]
    with pytest.raises(LineFault, match="2行目：「nosuch」という番号の画像はありません"):
        read_options("甲\n乙｜画像 nosuch 絵", pictures=pictures)
    with pytest.raises(LineFault, match="何の画像か"):
        read_options("甲\n乙｜画像 k8", pictures=pictures)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("一つだけ", "2つ以上"),
        ("同じ\n\n同じ", "3行目：同じ選択肢が2つあります（1行目"),
        ("[a1] 甲\n[a1] 乙", r"2行目：\[a1\] が2つ"),
        ("甲\n[A-1] 乙", "2行目：.*英小文字"),
        ("甲\n[a2]", "2行目：選択肢の文がありません"),
        ("甲\n乙｜大事", "2行目：.*「大事」"),
        ("甲\n乙｜画像 k7m2x9", "何の画像か"),
        ("甲\n" + "長" * 201, "2行目：.*200文字まで"),
        ("\n".join(map(str, range(31))), "30まで"),
    ],
)
def test_a_line_that_is_no_option_is_named_with_its_number(typed, words):
    with pytest.raises(LineFault, match=words):
        read_options(typed)


@settings(max_examples=60, deadline=None)
@given(st.lists(LABELS, min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False), LABELS)
def test_whatever_is_moved_corrected_or_added_no_code_changes_hands(labels, chance, extra):
    first = read_options("\n".join(labels))
    lines = write_options(first).split("\n")
    chance.shuffle(lines)
    lines[0] += "（訂正）"
    if extra not in labels:
        lines.insert(chance.randrange(len(lines) + 1), extra)
    second = {option.code: option.label for option in read_options("\n".join(lines), known=first)}
    for option in first:
        assert second[option.code] in (option.label, f"{option.label}（訂正）")
    assert len(second) == len(lines)


def test_places_have_a_position_and_what_they_belong_to():
    typed = "[p1] 駅前広場｜35.6412, 139.6981｜中央地区\n[p2] 中央体育館｜中央地区\n図書館｜35.62、139.7"
    spots = read_spots(typed)
    assert spots[0] == Spot(
        code="p1", label="駅前広場", latitude=35.6412, longitude=139.6981, group="中央地区"
    )
    assert (spots[1].latitude, spots[1].group, spots[2].code) == (None, "中央地区", "p3")
    assert read_spots(write_spots(spots)) == spots
    for wrong, words in (("甲｜139.7, 35.6\n乙", "緯度"), ("甲｜東｜西\n乙", "「西」")):
        with pytest.raises(LineFault, match=words):
            read_spots(wrong)


def test_easy_words_find_their_option_by_code_or_by_place():
    assert read_easy_labels("[a2] けいじばん\n", ["a1", "a2"]) == {"a2": "けいじばん"}
    assert read_easy_labels("くほう\nけいじばん", ["a1", "a2"]) == {"a1": "くほう", "a2": "けいじばん"}
    assert write_easy_labels([("a1", "くほう")]) == "[a1] くほう"
    for wrong in ("[a9] ない", "一\n二\n三", "[a1] 一\n[a1] 二"):
        with pytest.raises(LineFault):
            read_easy_labels(wrong, ["a1", "a2"])
