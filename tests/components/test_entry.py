"""entry: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_row_has_a_heading_that_leads_to_its_page(draw: Draw) -> None:
    root = draw(
        '{{ entry("素案", "/c/1", status=("受付中", "open"), count=(1284, "件"), meta=["12月9日まで", none]) }}'
    )
    assert root.all("h3")[0].all("a")[0].attrs["href"] == "/c/1"
    assert root.text == "受付中 素案 1,284件12月9日まで"
