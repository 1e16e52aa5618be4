"""data_list: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_rows_without_a_text_are_left_out(draw: Draw) -> None:
    root = draw('{{ data_list([("担当", "広報課"), ("説明会", none), ("約束", "")]) }}')
    assert [(dt.text, dd.text) for dt, dd in zip(root.all("dt"), root.all("dd"), strict=True)] == [
        ("担当", "広報課")
    ]


def test_a_text_may_lead_somewhere(draw: Draw) -> None:
    (link,) = draw('{{ data_list([("説明会", "11月29日", "/e")]) }}').all("a")
    assert (link.text, link.attrs["href"]) == ("11月29日", "/e")
