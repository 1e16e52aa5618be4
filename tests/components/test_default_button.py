"""default_button: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_sends_its_value_and_is_neither_seen_nor_reached_by_tab(draw: Draw) -> None:
    (button,) = draw('{{ default_button("do", "confirm") }}').all("button")
    assert (button.attrs["name"], button.attrs["value"]) == ("do", "confirm")
    assert (button.attrs["tabindex"], button.attrs["aria-hidden"]) == ("-1", "true")
