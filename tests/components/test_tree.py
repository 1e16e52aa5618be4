"""tree: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

NODES = [
    {
        "title": "方針1",
        "href": "/1",
        "children": [
            {
                "title": "考え方1-1",
                "note": "意見 2件",
                "children": [{"title": "視点1", "href": "/111", "current": True}],
            }
        ],
    }
]


def test_every_level_can_be_reached_without_a_script(draw: Draw) -> None:
    root = draw("{{ tree(nodes) }}", nodes=NODES)
    assert [link.text for link in root.all("a")] == ["方針1", "視点1"]
    (branch,) = root.all("details")
    assert branch.all("summary")[0].text == "1件を開く：考え方1-1"


def test_the_present_place_is_told(draw: Draw) -> None:
    assert [link.text for link in draw("{{ tree(nodes) }}", nodes=NODES).all("a", aria_current="page")] == [
        "視点1"
    ]


def test_levels_may_all_stand_open(draw: Draw) -> None:
    assert draw("{{ tree(nodes, open_to=9) }}", nodes=NODES).all("details") == []
