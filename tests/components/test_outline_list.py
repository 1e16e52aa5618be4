"""outline_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_list_has_a_name(draw: Draw) -> None:
    (found,) = draw("{% call outline_list('第1章の設問') %}<li>x</li>{% endcall %}").all("ol")
    assert found.attrs["aria-label"] == "第1章の設問"
