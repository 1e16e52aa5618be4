"""secret_link: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_address_is_text_and_the_picture_says_what_it_is(draw: Draw) -> None:
    root = draw(
        '{{ secret_link("https://example.jp/x", "リンク", "控えてください。", code="data:image/svg+xml,x") }}'
    )
    assert root.all("section")[0].attrs["aria-labelledby"] == "secret-title"
    assert "https://example.jp/x" in root.text
    assert root.all("a") == []
    assert root.all("img")[0].attrs["alt"] == "このリンクの二次元コード"
