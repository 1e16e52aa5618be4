"""voice: what the component promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.components.conftest import Draw

AT = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


FULL = """{{ voice("k7m2p9x4ab", "かもめ", at, body, kind="心配", organisation="団体", standing="東山住区", href="/t#v",
  edited_href="/h", reply_href="/r", reply_count=3, report_href="/p", depth=2,
  reactions=[("agree:k7", "わかる", 12, true), ("useful:k7", "参考になった", 0, false)]) }}"""


def test_it_says_who_what_kind_and_when(draw: Draw) -> None:
    (voice,) = draw(FULL, at=AT, body="本文").all("article")
    assert voice.text == (
        "心配 かもめ 団体 東山住区 11月22日 14:05 書き直しあり 本文 返信する（3）わかる 12 参考になった 区に知らせる"
    )
    assert voice.attrs["id"] == "v-k7m2p9x4ab"
    assert voice.attrs["data-depth"] == "2"
    assert voice.all("time")[0].attrs["datetime"] == "2026-11-22T05:05+00:00"


def test_reactions_are_buttons_of_one_form_for_the_whole_list(draw: Draw) -> None:
    root = draw(FULL, at=AT, body="本文")
    assert [(b.attrs["form"], b.attrs["value"], b.attrs.get("aria-pressed")) for b in root.all("button")] == [
        ("reactions", "agree:k7", "true"),
        ("reactions", "useful:k7", None),
    ]
    assert root.all("form") == []


def test_somebodys_words_are_never_markup(draw: Draw) -> None:
    words = "<img src=x onerror=alert(1)>"
    root = draw("{{ voice('a', words, at, words, standing=words) }}", at=AT, words=words)
    assert root.all("img") == []
    assert root.text.count(words) == 3


@pytest.mark.parametrize(
    ("state", "words"), [("hidden", "区が表示を止めました"), ("withdrawn", "書いた人が取り下げました")]
)
def test_a_removed_one_leaves_a_stone_with_the_reason_and_nothing_else(
    state: str, words: str, draw: Draw
) -> None:
    root = draw("{{ voice('a', 'かもめ', at, '秘密', state=state, reason='個人情報') }}", at=AT, state=state)
    assert words in root.text
    assert "理由：個人情報" in root.text
    assert "秘密" not in root.text
    assert "かもめ" not in root.text


def test_ones_own_waits_in_sight_of_its_writer(draw: Draw) -> None:
    text = draw("{{ voice('a', 'かもめ', at, '本文', state='pending', mine=True) }}", at=AT).text
    assert "（あなた）" in text
    assert "区が確認しています" in text
    assert "本文" in text


def test_its_markup_is_small_enough_for_fifty_on_a_page(developed: Flask, draw: Draw) -> None:
    template = developed.jinja_env.from_string('{% from "components/voice.html" import voice %}' + FULL)
    assert len(template.render(at=AT, body="").encode()) <= 1000
