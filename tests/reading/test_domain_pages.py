"""Agreement by the published examples; small cells; drawings; joining."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.reading.domain.agreement import cohens_kappa, in_words, krippendorffs_alpha
from participation.reading.domain.drawing import HEIGHT, WIDTH, apart, dots_path, scale_of, tiles
from participation.reading.domain.joining import join
from participation.reading.domain.runs import Settled, hash_of, stability_in_words
from participation.reading.domain.suppression import LEAST_PEOPLE, hidden_cells
from participation.reading.domain.texts import Text
from participation.reading.domain.topics import summary_of


def test_kappa_of_the_textbook_table():
    # 20 and 15 agreed on, 5 and 10 not: 0.7 seen, 0.5 by chance.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohens_kappa(pairs) == pytest.approx(0.4)
    assert cohens_kappa([]) is None
    assert cohens_kappa([("a", "a")]) is None


def test_alpha_of_krippendorffs_own_example():
    # "Computing Krippendorff's Alpha-Reliability" (2011), part C: nominal, four observers, gaps: 0.743.
    coded = [
        ["1", "2", "3", "3", "2", "1", "4", "1", "2", ".", ".", "."],
        ["1", "2", "3", "3", "2", "2", "4", "1", "2", "5", ".", "3"],
        [".", "3", "3", "3", "2", "3", "4", "2", "2", "5", "1", "."],
        ["1", "2", "3", "3", "2", "4", "4", "1", "2", "5", "1", "."],
    ]
    units = [[row[at] for row in coded if row[at] != "."] for at in range(12)]
    assert krippendorffs_alpha(units) == pytest.approx(0.743, abs=0.0005)
    assert krippendorffs_alpha([]) is None
    assert krippendorffs_alpha([["a"], ["b"]]) is None


def test_figures_are_told_in_words():
    assert len({in_words(None), in_words(0.9), in_words(0.7), in_words(0.2)}) == 4
    assert len({stability_in_words(each) for each in (None, 0.9, 0.5, 0.1)}) == 4


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 40), max_size=12))
@settings(max_examples=60)
def test_no_small_cell_is_shown_nor_can_be_worked_out(people):
    hidden = hidden_cells(people)
    assert all(count == 0 or count >= LEAST_PEOPLE for cell, count in people.items() if cell not in hidden)
    if hidden and len([count for count in people.values() if count]) > 1:
        assert len(hidden) > 1
        assert sum(people[cell] for cell in hidden) >= LEAST_PEOPLE or len(hidden) == len(
            [count for count in people.values() if count]
        )


@given(st.lists(st.integers(0, 500), max_size=24))
@settings(max_examples=60)
def test_tiles_have_their_shares_and_fill_the_picture(sizes):
    found = tiles(sizes, ["話題の名前"] * len(sizes))
    assert {tile.place for tile in found} == {place for place, size in enumerate(sizes) if size}
    for tile in found:
        share = sizes[tile.place] / sum(sizes)
        assert tile.width * tile.height == pytest.approx(share * WIDTH * HEIGHT, rel=0.02, abs=90)
        assert tile.x + tile.width <= WIDTH + 0.2
        assert tile.y + tile.height <= HEIGHT + 0.2


def test_dots_and_discs_stay_on_the_picture():
    spots = [(0.0, 0.0), (1.0, 1.0), (50.0, -3.0)]
    scale = scale_of(spots)
    placed = [scale(*spot) for spot in spots]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in placed)
    assert dots_path([(1, 2), (1, 2), (3, 4)]) == "M1 2h0M3 4h0"
    discs = apart([(100, 100)] * 5, [20.0] * 5)
    assert len(set(discs)) == 5
    assert scale_of([])(3, 4) == (320, 210)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=60))
@settings(max_examples=60)
def test_on_the_drawing_who_is_further_along_an_axis_is_not_drawn_before(places):
    scale = scale_of(places)
    for axis, size in ((0, WIDTH), (1, HEIGHT)):
        drawn = [scale(*place)[axis] for place in sorted(places, key=lambda each: each[axis])]
        assert drawn == sorted(drawn)
        assert all(26 <= each <= size - 26 for each in drawn)


def test_a_few_that_are_far_from_all_others_do_not_press_these_into_a_corner():
    many = [(number / 90, number % 7 / 7) for number in range(90)]
    far = [(40.0 + number, 0.5) for number in range(10)]
    scale = scale_of([*many, *far])
    drawn = [scale(*place)[0] for place in many]
    assert max(drawn) - min(drawn) > 0.4 * WIDTH
    assert max(drawn) < 0.55 * WIDTH < 0.8 * WIDTH < scale(*far[0])[0]


def test_a_label_in_a_tile_is_broken_after_its_words_where_they_fit():
    (tile,) = tiles([1], ["6. 電話・相談・時間"], box=(0, 0, 125, 200))
    assert tile.lines == ("6. 電話・", "相談・時間")
    (narrow,) = tiles([1], ["暗証番号の入力・名前"], box=(0, 0, 60, 70))
    assert narrow.lines == ("暗証…",)


def test_joining_does_not_depend_on_the_order_of_what_comes():
    about = [
        "保育園と待機児童を増やす",
        "学童クラブと児童館の話",
        "自転車道と横断歩道の話",
        "歩道の放置自転車の話",
    ]
    settled = [
        Settled(Text(str(number), about[number % 4]), 1 if number % 4 < 2 else 2, (number % 4 / 3, 0.0))
        for number in range(24)
    ]
    new = [Text("a", "待機児童と保育園"), Text("b", "横断歩道と自転車道"), Text("c", "😀"), Text("d", "")]
    found = {each.id: each for each in join(settled, new)}
    assert [found[name].topic for name in "abcd"] == [1, 2, None, None]
    assert {each.id: each for each in join(settled, new[::-1])} == found
    assert join([], new)[0].topic is None
    assert join(settled, []) == []
    blank = [Settled(Text("x", "。"), 1, (0.0, 0.0))]
    assert join(blank, [Text("y", "！")])[0].topic is None


def test_hashes_do_not_depend_on_order_and_summaries_of_nothing_are_empty():
    texts = [Text("1", "一つ目"), Text("2", "二つ目")]
    assert hash_of(texts) == hash_of(texts[::-1]) != hash_of(texts[:1])
    assert summary_of([Text("1", "😀")]).sentences == []
    (said,) = summary_of([Text("1", "公園の遊具を直してください。")]).sentences
    assert said.words == "公園の遊具を直してください。"
