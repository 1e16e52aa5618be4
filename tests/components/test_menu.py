"""menu: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_opens_without_a_script(draw: Draw) -> None:
    (details,) = draw('{{ menu("ほかの操作", [("書き直す", "/e")]) }}').all("details")
    assert details.all("summary")[0].text == "ほかの操作"
    assert details.all("a")[0].attrs["href"] == "/e"
