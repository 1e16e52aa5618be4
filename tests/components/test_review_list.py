"""review_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = "{{ review_list(rows, may_change=may) }}"
ROWS = [
    {
        "number": "問1",
        "text": "｜区報《くほう》",
        "words": "<b>",
        "href": "/_components#q1",
        "fault": "",
        "is_new": False,
    },
    {
        "number": "問2",
        "text": "年齢",
        "words": "",
        "href": "/_components#q2",
        "fault": "書いてください。",
        "is_new": True,
    },
]


def test_each_answer_has_a_link_whose_name_says_what_it_changes(draw: Draw) -> None:
    root = draw(SOURCE, rows=ROWS, may=True)
    assert [link.name for link in root.all("a")] == ["直す：問1 区報", "直す：問2 年齢"]
    assert "<b>" in root.all("dd")[0].text
    for words in ("（答えていません）", "書いてください。", "新しい設問です"):
        assert words in root.all("dd")[1].text


def test_where_nothing_can_be_changed_there_are_no_links(draw: Draw) -> None:
    assert draw(SOURCE, rows=ROWS, may=False).all("a") == []
