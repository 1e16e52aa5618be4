"""loop: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = """{{ loop(heard={"count": 1284, "unit": "件", "note": "72人から", "href": "/o"},
  considered={"count": 0, "unit": "論点"}, decided={"count": none, "unit": "件"},
  changed={"count": 5, "unit": "か所"}, current="considered") }}"""


def test_each_step_says_its_number_with_its_unit(draw: Draw) -> None:
    steps = [step.text for step in draw(SOURCE).all("li")]
    assert steps == ["聴いた 1,284件72人から", "考えたいまここ 0論点", "決めた まだ", "変わった 5か所"]


def test_the_present_step_is_told_and_steps_lead_to_what_they_count(draw: Draw) -> None:
    root = draw(SOURCE)
    assert [step.text[:3] for step in root.all("li", aria_current="step")] == ["考えた"]
    assert [link.attrs["href"] for link in root.all("a")] == ["/o"]
