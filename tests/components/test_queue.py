"""queue: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

ROWS = [
    {
        "href": "/1",
        "text": "一つ目",
        "value": "1",
        "meta": ["No.1"],
        "tags": [("個人情報", "warn")],
        "current": True,
    },
    {"href": "/2", "text": "<script>二つ目", "value": "2", "meta": ["No.2"]},
]


def test_the_row_being_read_is_told(draw: Draw) -> None:
    root = draw("{{ queue(rows) }}", rows=ROWS)
    assert [link.text for link in root.all("a", aria_current="true")] == ["一つ目"]
    assert root.all("script") == []


def test_each_tick_box_says_which_row_it_ticks_and_belongs_to_the_form(draw: Draw) -> None:
    root = draw('{{ queue(rows, select="opinion", form_id="bulk") }}', rows=ROWS)
    assert [label.text for label in root.all("label")] == ["選ぶ：No.1", "選ぶ：No.2"]
    assert [(box.attrs["value"], box.attrs["form"]) for box in root.all("input")] == [
        ("1", "bulk"),
        ("2", "bulk"),
    ]


def test_an_empty_queue_says_so(draw: Draw) -> None:
    assert draw("{{ queue([]) }}").text == "待っているものはありません。"
