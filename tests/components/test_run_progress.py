"""run_progress: what the component promises."""

from __future__ import annotations

from typing import Any

from tests.components.conftest import Draw

NAMES = {"waiting": "順番待ち", "running": "処理中", "failed": "できませんでした"}
DRAWN = "{{ run_progress(run, '/desk/runs/abc', names) }}"


def _run(**says: Any) -> dict[str, Any]:
    plain = {"public_id": "abc", "title": "話題分け", "is_open": True, "done": 0, "total": 0}
    return plain | {"words": "", "reason": "", "cancel_asked_at": None} | says


def test_the_bar_is_named_and_says_in_words_how_far_it_is(draw: Draw) -> None:
    run = _run(status="running", done=1200, total=9600, words="文を読んでいます。")
    root = draw(DRAWN, run=run, names=NAMES)
    (bar,) = root.all("progress")
    assert (bar.attrs["value"], bar.attrs["max"]) == ("1200", "9600")
    assert bar.attrs["aria-label"] == "話題分けの進み具合"
    assert "1,200 / 9,600（12%）" in root.text
    assert "文を読んでいます。" in root.text


def test_without_script_a_link_shows_the_page_anew(draw: Draw) -> None:
    root = draw(DRAWN, run=_run(status="waiting"), names=NAMES)
    assert [link.attrs["href"] for link in root.all("a")] == ["/desk/runs/abc"]
    assert "前の処理が終わると始まります。" in root.text


def test_a_run_that_ended_has_no_bar_and_nothing_to_look_after(draw: Draw) -> None:
    run = _run(status="failed", is_open=False, reason="読める意見がありません。")
    root = draw(DRAWN, run=run, names=NAMES)
    assert root.all("progress") == []
    assert [node for node in root.all("div") if "data-module" in node.attrs] == []
    assert "読める意見がありません。" in root.text


def test_who_asked_to_end_it_reads_that_it_is_ending(draw: Draw) -> None:
    run = _run(status="running", cancel_asked_at="now")
    assert "止めています" in draw(DRAWN, run=run, names=NAMES).text
