"""panes_head: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_says_what_is_shown_and_how_to_change_that(draw: Draw) -> None:
    root = draw('{{ panes_head("古い順", count="38件", href="/f", label="条件を変える") }}')
    assert root.text == "古い順 38件 条件を変える"
    assert root.all("a")[0].attrs["href"] == "/f"
