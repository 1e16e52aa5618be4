"""empty_state: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_says_what_to_do_next(draw: Draw) -> None:
    root = draw('{{ empty_state("まだありません", text="書いてみませんか。", href="/new", label="書く") }}')
    assert root.text == "まだありません 書いてみませんか。 書く"
    assert root.all("a")[0].attrs["href"] == "/new"
