"""steps: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = """{{ steps([{"title": "募集", "state": "done"}, {"title": "検討", "state": "current", "when": "2月まで"},
  {"title": "公表", "state": "next", "href": "/r"}, {"title": "説明会", "state": "skipped"}]) }}"""


def test_each_step_says_its_state_in_words(draw: Draw) -> None:
    assert [item.text for item in draw(SOURCE).all("li")] == [
        "募集 済み",
        "検討 いまここ 2月まで",
        "公表 これから",
        "説明会 行いません",
    ]


def test_the_present_step_is_told_to_aids(draw: Draw) -> None:
    assert [item.text[:2] for item in draw(SOURCE).all("li", aria_current="step")] == ["検討"]
