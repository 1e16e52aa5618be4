"""stack: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_holds_what_is_called_in(draw: Draw) -> None:
    root = draw("{% call stack(columns=2) %}<p>一</p><p>二</p>{% endcall %}")
    assert root.all(data_columns="2")[0].text == "一 二"
