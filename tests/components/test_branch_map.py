"""branch_map: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

MAP = {
    "boxes": [
        {"code": "s1", "name": "<章>", "note": "3問", "top": 10, "is_conditional": True},
        {"code": "end", "name": "終わり", "note": "", "top": 90, "is_conditional": False},
    ],
    "arrows": [{"start": 24, "end": 116, "bend": 320, "label": "<章>から終わりへ"}],
    "height": 160,
    "width": 400,
}


def test_the_picture_has_a_name_boxes_and_named_jumps(draw: Draw) -> None:
    root = draw("{{ branch_map(map, '章のつながりの図') }}", map=MAP)
    (drawing,) = root.all("svg")
    assert (drawing.attrs["role"], drawing.attrs["aria-label"]) == ("img", "章のつながりの図")
    assert [text.text for text in root.all("text")] == ["<章>", "3問", "終わり"]
    assert [title.text for title in root.all("title")] == ["<章>から終わりへ"]
    assert ["data-conditional" in box.attrs for box in root.all("rect")] == [True, False]
