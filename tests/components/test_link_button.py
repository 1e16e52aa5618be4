"""link_button: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_link_button_is_a_link(draw: Draw) -> None:
    (link,) = draw('{{ link_button("アンケートに答える", href="/surveys/1") }}').all("a")
    assert (link.text, link.attrs["href"]) == ("アンケートに答える", "/surveys/1")


def test_a_key_is_shown_and_told_to_aids(draw: Draw) -> None:
    (link,) = draw('{{ link_button("前へ", href="/1", key="k") }}').all("a")
    assert link.attrs["aria-keyshortcuts"] == link.all("kbd")[0].text == "k"
