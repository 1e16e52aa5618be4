"""notice_banner: what the component promises."""

from __future__ import annotations

import pytest

from tests.components.conftest import Draw


@pytest.mark.parametrize(
    ("kind", "word"), [("info", "お知らせ"), ("ok", "完了"), ("warn", "ご注意"), ("danger", "重要")]
)
def test_its_kind_is_said_in_words(kind: str, word: str, draw: Draw) -> None:
    assert draw("{{ notice_banner(text='x', kind=kind) }}", kind=kind).text == f"{word} x"


def test_it_may_hold_more_than_one_sentence(draw: Draw) -> None:
    assert (
        draw("{% call notice_banner(title='終わりました') %}<p>続き</p>{% endcall %}").text
        == "終わりました 続き"
    )


def test_only_a_live_one_is_announced(draw: Draw) -> None:
    assert draw("{{ notice_banner(text='x') }}").all(role="status") == []
    assert len(draw("{{ notice_banner(text='x', live=True) }}").all(role="status")) == 1
    assert len(draw("{{ notice_banner(text='x', live=True, kind='danger') }}").all(role="alert")) == 1
