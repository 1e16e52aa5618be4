"""reply_pair: what the component promises."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.components.conftest import Draw

AT = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


SOURCE = """{{ reply_pair("紙では届かない。", "改めます。", number=8, count_text="14件・13人", section="広報課", on=at,
  disposition="1 趣旨を踏まえて修正", amendments=[("視点2 ○2", "媒体", "等", "（掲示板）", "を活用", "/c")],
  links=[("新旧対照表", "/d")], href="/r/8") }}"""


def test_what_was_said_stands_beside_what_the_ward_thinks(draw: Draw) -> None:
    root = draw(SOURCE, at=AT)
    assert [node.text for node in root.all("h3")] == ["意見の要旨 No.8", "区の考え方"]
    assert "14件・13人 紙では届かない。" in root.text
    assert "広報課 令和8年11月22日（日） 改めます。" in root.text
    assert "1 趣旨を踏まえて修正" in root.text


def test_what_changed_in_the_plan_is_shown_as_taken_out_and_put_in(draw: Draw) -> None:
    root = draw(SOURCE, at=AT)
    assert "等" in root.all("del")[0].text
    assert "（掲示板）" in root.all("ins")[0].text


def test_nothing_but_the_two_texts_is_needed(draw: Draw) -> None:
    root = draw("{{ reply_pair(said, answered) }}", said="<b>甲", answered="乙")
    assert root.text == "意見の要旨 <b>甲 区の考え方 乙"
