"""undo_notice: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_what_was_done_can_be_undone_by_one_button(draw: Draw) -> None:
    root = draw('{{ undo_notice("3件を入れました", action="/undo") }}')
    assert root.all("form")[0].attrs["action"] == "/undo"
    assert root.all("button")[0].text == "取り消す u"
    assert root.all(role="status")[0].text.startswith("3件を入れました")
