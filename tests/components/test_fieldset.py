"""fieldset: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_fields_stand_under_one_legend(draw: Draw) -> None:
    (fieldset,) = draw('{% call fieldset("あなたについて", hint="任意です") %}<p>欄</p>{% endcall %}').all(
        "fieldset"
    )
    assert fieldset.all("legend")[0].text == "あなたについて"
    assert fieldset.text == "あなたについて 任意です 欄"
