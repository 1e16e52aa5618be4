"""running_total: what the component promises."""

from __future__ import annotations

import json

from tests.components.conftest import Draw

DRAWN = """{% from "components/running_total.html" import running_total %}
{% call running_total(900, "円", costs=costs) %}<input name="choice" aria-label="案">{% endcall %}"""


def test_without_script_there_is_nothing_but_what_it_holds(draw: Draw) -> None:
    root = draw(DRAWN, costs={"o1": 400})
    (line,) = root.all("p")
    assert line.attrs["role"] == "status"
    assert "hidden" in line.attrs
    assert root.all("input", name="choice")


def test_the_script_learns_limit_unit_and_costs(draw: Draw) -> None:
    (box,) = draw(DRAWN, costs={'"<o1>': 400}).all("div", data_module="running_total")
    assert (box.attrs["data-limit"], box.attrs["data-unit"]) == ("900", "円")
    assert json.loads(box.attrs["data-costs"]) == {'"<o1>': 400}


def test_points_need_no_costs(draw: Draw) -> None:
    (box,) = draw(DRAWN, costs=None).all("div", data_module="running_total")
    assert "data-costs" not in box.attrs
