"""tag: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_tag_is_a_word_and_a_link_only_if_it_leads_somewhere(draw: Draw) -> None:
    assert draw('{{ tag("提案") }}').all("a") == []
    assert draw('{{ tag("提案", href="/k") }}').all("a")[0].text == "提案"
