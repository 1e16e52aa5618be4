"""term: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_reading_stands_above_the_word(draw: Draw) -> None:
    (ruby,) = draw('{{ term("住区", "じゅうく") }}').all("ruby")
    assert (ruby.text, ruby.all("rt")[0].text) == ("住区", "じゅうく")
