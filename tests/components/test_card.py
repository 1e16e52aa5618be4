"""card: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_card_has_a_heading_that_may_lead_somewhere(draw: Draw) -> None:
    root = draw('{% call card("住区の集まり", href="/a") %}<p>中身</p>{% endcall %}')
    assert root.all("h2")[0].all("a")[0].attrs["href"] == "/a"
    assert root.text == "住区の集まり 中身"


def test_a_card_may_do_without_a_heading(draw: Draw) -> None:
    assert draw("{% call card() %}中身{% endcall %}").all("h2") == []
