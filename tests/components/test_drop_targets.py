"""drop_targets: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

ITEMS = [
    {"title": "No.1　公園", "href": "/points/a", "note": "3件", "value": "a", "key": "1"},
    {"title": "<b>No.2", "href": "/points/b", "note": "0件", "value": "b", "key": None},
]


def test_every_point_has_a_button_that_needs_no_dragging(draw: Draw) -> None:
    buttons = draw('{{ drop_targets(items, "gather") }}', items=ITEMS).all("button")
    assert [(b.attrs["form"], b.attrs["name"], b.attrs["value"]) for b in buttons] == [
        ("gather", "point", "a"),
        ("gather", "point", "b"),
    ]
    assert buttons[0].attrs["aria-keyshortcuts"] == "1"
    assert "aria-keyshortcuts" not in buttons[1].attrs
    assert buttons[1].text.endswith("：<b>No.2")


def test_without_points_it_says_so(draw: Draw) -> None:
    assert draw('{{ drop_targets([], "gather") }}').text == "まだ論点はありません。"
