"""entry_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_rows_are_items_of_a_named_list(draw: Draw) -> None:
    root = draw(
        '{% call entry_list(label="案件") %}{{ entry("a", "/a") }}{{ entry("b", "/b") }}{% endcall %}'
    )
    (one,) = root.all("ul")
    assert (one.attrs["aria-label"], len(one.all("li"))) == ("案件", 2)
