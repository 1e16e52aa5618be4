"""stacked_bars: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_every_part_stands_as_a_number_beside_its_bar(draw: Draw) -> None:
    root = draw('{{ stacked_bars("満足", ["はい", "いいえ"], [("公園", 4, [(3, 0.75), (1, 0.25)])]) }}')
    assert [cell.text for cell in root.all("td")][-3:] == ["3 75%", "1 25%", "4"]
    widths = [rect.attrs["width"] for rect in root.all("rect") if "x" in rect.attrs]
    assert widths == ["75.0", "25.0"]


def test_without_rows_it_says_so(draw: Draw) -> None:
    assert "まだ答えがありません" in draw('{{ stacked_bars("満足", ["はい"], []) }}').text
