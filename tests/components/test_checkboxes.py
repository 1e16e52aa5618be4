"""checkboxes: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = '{{ checkboxes("kind", "種類", [("a", "理由"), ("b", "心配", "困ること")], values=["b"], hint="いくつでも") }}'


def test_the_ticked_ones_are_ticked(draw: Draw) -> None:
    boxes = draw(SOURCE).all("input", type="checkbox")
    assert [(node.attrs["value"], "checked" in node.attrs) for node in boxes] == [("a", False), ("b", True)]


def test_each_box_has_its_words_as_label(draw: Draw) -> None:
    root = draw(SOURCE)
    assert [label.text for label in root.all("label")] == ["理由", "心配困ること"]
    assert root.all("fieldset")[0].attrs["aria-describedby"] == "kind-hint"
