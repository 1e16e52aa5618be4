"""Texts that share pairs of letters are alike."""

from __future__ import annotations

from participation.foundation.likeness import likeness, pairs_of_letters


def test_what_is_alike_shares_pairs_of_letters():
    one, other = pairs_of_letters("通学路の夜道を照らす"), pairs_of_letters("夜道の通学路を点検する")
    assert likeness(one, other) > 0.34 > likeness(one, pairs_of_letters("防災倉庫の地図"))
    assert likeness(one, frozenset()) == 0
