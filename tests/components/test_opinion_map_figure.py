"""opinion_map_figure: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

GROUP = {"number": 1, "letter": "A", "name": "静かに", "size": 1034, "x": 100, "y": 90, "rx": 40, "ry": 30}
PICTURE = {"dots": [[90, 80, 1], [300, 200, 0]], "shown_dots": 2, "placed": 9, "groups": [GROUP]}
SOURCE = "{{ opinion_map_figure(picture, own=own, own_group=1) }}"


def test_groups_are_links_with_names_that_say_how_many(draw: Draw) -> None:
    (group,) = draw(SOURCE, picture=PICTURE, own=None).all("a")
    assert group.attrs["href"] == "#group-1"
    assert group.attrs["aria-label"] == "グループA（静かに）、1,034人"


def test_the_reader_is_marked_and_named(draw: Draw) -> None:
    (own,) = draw(SOURCE, picture=PICTURE, own=(10, 20)).all("g", role="img")
    assert own.attrs["aria-label"] == "あなたの位置（グループAの中）"
    assert draw(SOURCE, picture=PICTURE, own=None).all("g", role="img") == []


def test_groups_are_told_apart_without_colour_and_a_part_is_called_a_part(draw: Draw) -> None:
    root = draw(SOURCE, picture=PICTURE, own=None)
    shapes = {"#" + each.attrs["id"]: each.attrs["d"] for each in root.all("path") if "id" in each.attrs}
    drawn = {shapes[each.attrs["href"]] for each in root.all("use")}
    assert len(drawn) == len(root.all("use")) == 2
    assert "9人のうち2人を描いています" in root.text
