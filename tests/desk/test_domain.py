"""Filters in addresses, and what undoing says."""

from __future__ import annotations

from datetime import date

from participation.desk.domain import OpinionState, SaidFilter, Undone, state_from


def test_a_filter_leaves_out_what_it_does_not_ask():
    assert SaidFilter().as_query() == {}
    chosen = SaidFilter(kind="post", unassigned=True, from_on=date(2026, 11, 1), newest_first=True)
    assert chosen.as_query() == {
        "kind": "post",
        "unassigned": "1",
        "from_on": "2026-11-01",
        "order": "new",
    }


def test_a_state_comes_back_from_json_as_it_was():
    state = OpinionState("held", "received", ("p1", "p2"), "other", "別の課に案内")
    assert state_from(state.as_stored()) == state


def test_undoing_names_what_stayed():
    assert Undone(3).in_words() == "3件を元に戻しました。"
    assert "意見4、9は" in Undone(1, (4, 9)).in_words()
