"""disclosure: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_opens_without_a_script(draw: Draw) -> None:
    (details,) = draw('{% call disclosure("ことばの説明") %}<p>中身</p>{% endcall %}').all("details")
    assert details.all("summary")[0].text == "ことばの説明"
    assert "open" not in details.attrs
    assert "open" in draw('{% call disclosure("x", open=True) %}y{% endcall %}').all("details")[0].attrs
