"""topic_drawing: what the component promises."""

from __future__ import annotations

from typing import Any

import pytest

from tests.components.conftest import Draw


def _drawn(number: int, width: int, lines: list[str]) -> dict[str, Any]:
    return {
        "row": {
            "id": number,
            "label": f"話題{number}",
            "in_words": f"{number}件",
            "count": number,
            "adopted": None,
        },
        "number": number,
        "tile": {"x": 0, "y": 0, "width": width, "height": 100, "lines": lines},
        "parts": [],
        "spot": (100, 100),
        "radius": 20,
        "dots": "M1 1h0",
    }


TOPICS = [_drawn(1, 400, ["1. 話題1"]), _drawn(2, 30, []), _drawn(3, 10, [])]
IMPORT = '{% from "components/topic_drawing.html" import topic_scatter, topic_tree_map %}'
HREFS = {1: "/t/1", 2: "/t/2", 3: "/t/3"}


@pytest.mark.parametrize("macro", ["topic_tree_map", "topic_scatter"])
def test_every_topic_is_a_link_that_says_its_number_name_and_size(draw: Draw, macro: str) -> None:
    root = draw(f"{IMPORT}{{{{ {macro}(drawn, hrefs) }}}}", drawn=TOPICS, hrefs=HREFS)
    assert [(link.attrs["href"], link.attrs["aria-label"]) for link in root.all("a")] == [
        (f"/t/{number}", f"{number}. 話題{number}、{number}件") for number in (1, 2, 3)
    ]
    (caption,) = root.all("figcaption")
    assert "番号は下の表と同じです" in caption.text
    assert root.all("figure")[0].attrs["aria-labelledby"] == caption.attrs["id"]


def test_a_tile_too_small_for_words_shows_its_number_or_nothing(draw: Draw) -> None:
    root = draw(IMPORT + "{{ topic_tree_map(drawn, hrefs) }}", drawn=TOPICS, hrefs=HREFS)
    shown = ["".join(node.text for node in link.all("text")) for link in root.all("a")]
    assert shown[1:] == ["2", ""]
