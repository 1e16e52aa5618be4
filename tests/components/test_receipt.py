"""receipt: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_number_can_be_read_out(draw: Draw) -> None:
    root = draw('{{ receipt("M26-0142-7K", text="この番号で見られます。") }}')
    assert root.all("h1")[0].text == "受け付けました"
    assert root.text == "受け付けました 受付番号 M26-0142-7K この番号で見られます。"
