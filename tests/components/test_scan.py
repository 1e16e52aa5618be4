"""scan: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_picture_is_shown_with_words_for_who_cannot_see_it(draw: Draw) -> None:
    root = draw('{{ scan("手紙.png", "/desk/files/a", True, meta=["PNG・12KB"]) }}')
    (picture,) = root.all("img")
    assert (picture.attrs["src"], picture.attrs["alt"]) == ("/desk/files/a", "原本の写し：手紙.png")
    assert "PNG・12KB" in root.text


def test_what_a_browser_cannot_draw_safely_is_a_link_and_no_picture(draw: Draw) -> None:
    root = draw('{{ scan("手紙.pdf", "/desk/files/b", False) }}')
    assert root.all("img") == []
    assert [(link.attrs["href"], link.text) for link in root.all("a")] == [("/desk/files/b", "手紙.pdf")]
