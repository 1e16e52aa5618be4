"""phase_banner: what the component promises."""

from __future__ import annotations

import pytest

from tests.components.conftest import Draw


@pytest.mark.parametrize(("days", "words"), [(17, "あと17日"), (1, "あと1日"), (0, "きょうまで"), (None, "")])
def test_the_days_left_are_said_in_words(days: int | None, words: str, draw: Draw) -> None:
    text = draw("{{ phase_banner('意見募集中', days_left=days) }}", days=days).text
    assert text == f"意見募集中 {words}".strip()


def test_a_note_may_lead_somewhere(draw: Draw) -> None:
    (link,) = draw("{{ phase_banner('行いません', kind='stop', note='理由を読む', note_href='/why') }}").all(
        "a"
    )
    assert (link.text, link.attrs["href"]) == ("理由を読む", "/why")
