"""pagination: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_leads_back_and_on(draw: Draw) -> None:
    root = draw('{{ pagination(before="/?b", after="/?a", text="5,000件中 51〜100件") }}')
    assert [(link.attrs["rel"], link.attrs["href"], link.text) for link in root.all("a")] == [
        ("prev", "/?b", "前のページ"),
        ("next", "/?a", "次のページ"),
    ]
    assert "5,000件中 51〜100件" in root.text


def test_a_single_page_has_none(draw: Draw) -> None:
    assert draw("{{ pagination() }}").children == []
