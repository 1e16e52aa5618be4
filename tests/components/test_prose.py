"""prose: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_holds_running_text(draw: Draw) -> None:
    root = draw("{% call prose() %}{{ text|paragraphs }}{% endcall %}", text="一つ目\n\n二つ目")
    assert [node.text for node in root.all("p")] == ["一つ目", "二つ目"]
