"""topic_list: what the component promises."""

from __future__ import annotations

from typing import Any

from tests.components.conftest import Draw

SAID = [{"words": "<b>ネットを置いてほしい。", "number": 12, "opinion": "abc"}]


def _topic(number: int, label: str, **says: Any) -> dict[str, Any]:
    plain = {"id": number, "label": label, "in_words": "30件・28人", "count": 30, "share": 0.75}
    return plain | {"sentences": SAID, "children": [], "adopted": None} | says


def test_every_topic_leads_on_and_says_its_number_in_words(draw: Draw) -> None:
    root = draw("{{ topic_list(topics, {1: '/t/1'}) }}", topics=[_topic(1, "集積所")])
    (heading,) = root.all("h3")
    assert heading.text == "集積所 30件・28人（75.0%）"
    assert heading.all("a")[0].attrs["href"] == "/t/1"
    assert [bar.attrs["aria-hidden"] for bar in root.all("svg")] == ["true"]


def test_a_sentence_stands_as_it_was_written_with_the_number_of_its_opinion(draw: Draw) -> None:
    root = draw(
        '{% from "components/topic_list.html" import sentence_list %}{{ sentence_list(said) }}', said=SAID
    )
    assert root.text == "「<b>ネットを置いてほしい。」 意見 12"
    assert root.all("b") == []


def test_small_numbers_have_no_bar_and_no_share(draw: Draw) -> None:
    few = _topic(1, "その他", in_words="少数のため表示しません", count=None, share=0, sentences=[])
    root = draw("{{ topic_list(topics, {1: '#'}) }}", topics=[few])
    assert root.all("svg") == []
    assert "%" not in root.text
    assert "少数のため表示しません" in root.text


def test_the_parts_of_a_topic_stand_below_it(draw: Draw) -> None:
    part = _topic(2, "カラス", count=4, in_words="4件")
    root = draw(
        "{{ topic_list(topics, {1: '#', 2: '/t/2'}) }}", topics=[_topic(1, "集積所", children=[part])]
    )
    assert "小さな話題：カラス（4件）" in root.text
    assert "/t/2" in [link.attrs["href"] for link in root.all("a")]


def test_a_name_that_a_machine_worded_says_so(draw: Draw) -> None:
    named = {"in_words": "名前は機械の案（さくらさんが令和8年11月20日に採りました）"}
    part = _topic(2, "カラス", count=4, adopted=named)
    topics = [_topic(1, "集積所", adopted=named, children=[part]), _topic(3, "公園")]
    text = draw("{{ topic_list(topics, {1: '#', 2: '#', 3: '#'}) }}", topics=topics).text
    assert text.count("さくらさんが令和8年11月20日に採りました") == 1
    assert "カラス（名前は機械の案・4件）" in text
