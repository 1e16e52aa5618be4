"""print_sheet: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_cover_is_told_apart_from_the_sheets(draw: Draw) -> None:
    drawn = draw(
        "{% call print_sheet(cover=True) %}表紙{% endcall %}{% call print_sheet() %}1枚目{% endcall %}"
    )
    cover, sheet = drawn.all("div")
    assert "data-cover" in cover.attrs
    assert "data-cover" not in sheet.attrs
    assert (cover.text, sheet.text) == ("表紙", "1枚目")
