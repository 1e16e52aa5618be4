"""kept_values: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_every_value_is_sent_once_in_the_same_order_each_time(draw: Draw) -> None:
    fields = draw('{{ kept_values("amendment", ticked) }}', ticked={"b", "a"}).all("input")
    assert [(each.attrs["type"], each.attrs["name"], each.attrs["value"]) for each in fields] == [
        ("hidden", "amendment", "a"),
        ("hidden", "amendment", "b"),
    ]
