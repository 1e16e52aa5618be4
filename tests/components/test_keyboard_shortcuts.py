"""keyboard_shortcuts: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_every_key_says_what_it_does_without_a_script(draw: Draw) -> None:
    (details,) = draw('{{ keyboard_shortcuts([("j", "次"), ("k", "前")]) }}').all("details")
    assert [item.text for item in details.all("li")] == ["j 次", "k 前"]
