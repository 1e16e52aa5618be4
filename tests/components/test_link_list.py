"""link_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_links_may_have_a_note(draw: Draw) -> None:
    root = draw('{{ link_list([("素案", "/a", "HTML"), ("対照表", "/b")]) }}')
    assert [item.text for item in root.all("li")] == ["素案 HTML", "対照表"]
    assert [link.text for link in root.all("a")] == ["素案", "対照表"]
