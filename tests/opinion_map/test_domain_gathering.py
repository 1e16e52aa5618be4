"""Which votes count: merged statements are one, removed ones none, and chains of mergings end."""

from __future__ import annotations

from participation.opinion_map.domain.gathering import target_of, votes_that_count


def test_votes_move_along_a_chain_of_mergings_and_own_answers_win():
    votes = [("a", 1, 1), ("a", 2, -1), ("b", 1, 1), ("b", 3, 0), ("c", 9, 1)]
    assert votes_that_count(votes, {3}, {1: 2, 2: 3}) == [("a", 3, 1), ("b", 3, 0)]


def test_a_circle_of_mergings_ends_and_counts_nothing():
    assert target_of(1, {1: 2, 2: 1}) in (1, 2)
    assert votes_that_count([("a", 1, 1)], {3}, {1: 2, 2: 1}) == []


def test_the_order_of_votes_changes_nothing():
    votes = [("a", 1, 1), ("b", 2, -1), ("a", 2, 0)]
    assert votes_that_count(votes, {1, 2}, {}) == votes_that_count(votes[::-1], {1, 2}, {})
