"""plan_path: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_names_each_level_down_to_the_place(draw: Draw) -> None:
    root = draw(
        '{{ plan_path([("方針2", "連携・協力", "/g2"), ("視点2", "情報発信力", none)], plan="基本計画", plan_href="/p") }}'
    )
    assert [item.text for item in root.all("li")] == ["方針2 連携・協力", "視点2 情報発信力"]
    assert [link.attrs["href"] for link in root.all("a")] == ["/p", "/g2"]
