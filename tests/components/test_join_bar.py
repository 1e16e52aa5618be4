"""join_bar: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_leads_to_the_main_action_and_to_the_others(draw: Draw) -> None:
    root = draw('{{ join_bar("意見を出す", "/s") }}')
    assert [(link.text, link.attrs["href"]) for link in root.all("a")] == [
        ("意見を出す", "/s"),
        ("ほかの参加", "#join"),
    ]
    assert root.all(role="region")[0].name == "参加する"
