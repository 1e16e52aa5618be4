"""button: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

HOSTILE = "<script>alert(1)</script>\"'&"


def test_a_button_says_its_label_and_carries_its_value(draw: Draw) -> None:
    (button,) = draw('{{ button("意見を出す", name="point", value=8) }}').all("button")
    assert (button.text, button.attrs["name"], button.attrs["value"]) == ("意見を出す", "point", "8")
    assert button.attrs["type"] == "submit"


def test_a_key_is_shown_and_told_to_aids(draw: Draw) -> None:
    (button,) = draw('{{ button("次へ", key="j") }}').all("button")
    assert button.attrs["aria-keyshortcuts"] == button.attrs["data-key"] == button.all("kbd")[0].text == "j"


def test_a_label_is_never_markup(draw: Draw) -> None:
    (button,) = draw("{{ button(label) }}", label=HOSTILE).all("button")
    assert button.text == HOSTILE
