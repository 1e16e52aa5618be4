"""compare: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_both_texts_stand_under_their_headings(draw: Draw) -> None:
    root = draw('{{ compare("あなたの文", "<b>甲", "先に保存された文", "乙") }}')
    assert [node.text for node in root.all("h3")] == ["あなたの文", "先に保存された文"]
    assert root.text == "あなたの文 <b>甲 先に保存された文 乙"
