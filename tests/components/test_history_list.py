"""history_list: what the component promises."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.components.conftest import Draw

AT = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


def test_each_entry_says_when_what_and_who(draw: Draw) -> None:
    root = draw('{{ history_list([{"at": at, "what": "公表", "who": "広報課", "href": "/r"}]) }}', at=AT)
    assert root.all("li")[0].text == "令和8年11月22日（日）14時05分 公表 広報課"
    assert root.all("time")[0].attrs["datetime"] == "2026-11-22T05:05:00+00:00"


def test_without_entries_it_says_so(draw: Draw) -> None:
    assert draw("{{ history_list([]) }}").text == "まだ動きはありません。"
