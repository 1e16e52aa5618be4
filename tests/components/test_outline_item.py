"""outline_item: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

ITEM = "<ol>{{ outline_item('問2', '<文>', href='/x', facts=['必須', ''], condition='問1が3以上のとき', faults=['直す'], id='q2', code='q2', is_first=first, tools=[('条件', '/c')]) }}</ol>"


def test_buttons_say_what_they_move_and_the_first_cannot_go_up(draw: Draw) -> None:
    root = draw(ITEM, first=False)
    assert [(b.name, b.attrs["value"]) for b in root.all("button")] == [
        ("問2を上へ", "q2:up"),
        ("問2を下へ", "q2:down"),
    ]
    assert [b.name for b in draw(ITEM, first=True).all("button")] == ["問2を下へ"]


def test_words_are_escaped_conditions_and_faults_are_said(draw: Draw) -> None:
    root = draw(ITEM, first=True)
    (item,) = root.all("li")
    for words in ("<文>", "必須", "出すとき：問1が3以上のとき", "直す"):
        assert words in item.text
    assert [link.name for link in root.all("a")] == ["<文>", "条件：問2"]
