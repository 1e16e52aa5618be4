"""heat_table: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_number_stands_in_the_cell_whatever_its_colour(draw: Draw) -> None:
    root = draw(
        '{{ heat_table("表", ["北"], [("はい", [{"text": "85%", "note": "34人", "share": 0.85}])]) }}'
    )
    cell = root.all("td")[-1]
    assert (cell.text, cell.attrs["data-level"]) == ("85%34人", "8")


def test_what_is_withheld_has_no_colour_and_says_so_aloud(draw: Draw) -> None:
    root = draw('{{ heat_table("表", ["北"], [("はい", [{"text": "―", "share": 0.9, "withheld": true}])]) }}')
    cell = root.all("td")[-1]
    assert cell.attrs["data-level"] == "0"
    assert "出していません" in cell.text
