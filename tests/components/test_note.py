"""note: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_note_is_given_or_called_in(draw: Draw) -> None:
    assert draw('{{ note("集計です。") }}').all("p")[0].text == "集計です。"
    assert draw("{% call note() %}集計です。{% endcall %}").all("p")[0].text == "集計です。"
