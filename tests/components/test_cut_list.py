"""cut_list: what the component promises."""

from __future__ import annotations

from typing import Any

from tests.components.conftest import Draw


def _unit(number: int, start: int, text: str, **says: Any) -> dict[str, Any]:
    plain = {"is_cut": False, "is_first": start == 0, "why": "", "is_bound": False, "fixed": ""}
    return plain | {"number": number, "start": start, "text": text} | says


UNITS = [
    _unit(1, 0, "一つ目。"),
    _unit(2, 4, "<script>二つ目。", is_cut=True, why="見出し"),
    _unit(3, 20, "三つ目。", is_bound=True, fixed="公表した意見です。"),
]


def test_there_is_a_box_at_every_place_that_may_be_cut_and_at_no_other(draw: Draw) -> None:
    boxes = draw("{{ cut_list(units) }}", units=UNITS).all("input", name="cut")
    assert [(box.attrs["value"], "checked" in box.attrs) for box in boxes] == [("4", True)]


def test_a_box_says_where_it_cuts_and_why_that_is_proposed(draw: Draw) -> None:
    (label,) = draw("{{ cut_list(units) }}", units=UNITS).all("label")
    assert "ここで切る：2の前" in label.text
    assert "案・見出し" in label.text


def test_the_words_stand_as_they_are_and_the_reason_for_what_is_fixed_beside_them(draw: Draw) -> None:
    root = draw('{{ cut_list(units, form_id="cuts") }}', units=UNITS)
    assert [node.attrs["data-start"] for node in root.all("span") if "data-start" in node.attrs] == [
        "0",
        "4",
        "20",
    ]
    assert "<script>二つ目。" in root.text
    assert "公表した意見です。" in root.text
    assert root.all("input", name="cut")[0].attrs["form"] == "cuts"
