"""share_address: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_address_can_be_copied_by_hand_without_a_script(draw: Draw) -> None:
    root = draw('{{ share_address("https://participation.example/a") }}')
    (address,) = root.all("input")
    assert address.attrs["value"] == "https://participation.example/a"
    assert "readonly" in address.attrs
    assert "hidden" in root.all("button")[0].attrs


def test_the_code_has_words_for_those_who_do_not_see_it(draw: Draw) -> None:
    (code,) = draw('{{ share_address("https://participation.example/a", qr="/a.svg") }}').all("img")
    assert code.attrs["alt"] == "このページを開くQRコード"
