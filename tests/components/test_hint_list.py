"""hint_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

HINT = {"title": "約束", "words": "<検討>", "sentence": 2, "advice": "「いつ」を書きます。", "source": "資料"}


def test_each_hint_says_where_why_and_what_instead(draw: Draw) -> None:
    root = draw("{{ hint_list('区の考え方', 'body', hints) }}", hints=[HINT, HINT])
    (first, second) = root.all("li")
    assert first.text == second.text
    assert "<検討>" in first.text
    assert "2文目" in first.text
    assert "「いつ」を書きます。" in first.text


def test_the_field_is_a_link_away_and_a_source_is_named_once(draw: Draw) -> None:
    root = draw("{{ hint_list('区の考え方', 'body', hints) }}", hints=[HINT, HINT])
    assert [link.attrs["href"] for link in root.all("a")] == ["#body"]
    assert root.text.count("資料") == 2  # 「もとにした資料：資料」
