"""figures: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_each_number_says_its_unit_and_leads_somewhere(draw: Draw) -> None:
    root = draw(
        '{{ figures([{"label": "確認待ち", "count": 1038, "unit": "件", "href": "/q", "note": "最古 3日前"}]) }}'
    )
    assert root.all("li")[0].text == "確認待ち 1,038件 最古 3日前"
    assert root.all("a")[0].attrs["href"] == "/q"


def test_zero_is_shown(draw: Draw) -> None:
    assert draw('{{ figures([{"label": "決裁", "count": 0, "unit": "件"}]) }}').text == "決裁 0件"
