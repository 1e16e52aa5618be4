"""The published formulas, on counts small enough to work out by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from participation.opinion_map.domain import statistics as figures
from participation.opinion_map.domain.statistics import statistics, statistics_of_counts
from tests.opinion_map.voters import by_hand, planted

#: Two groups, two statements: 3 of 4 who saw it agree, 1 disagrees; of the others 1 of 5, and 3; and so on.
AGREE = np.array([[3, 0], [1, 2]])
DISAGREE = np.array([[1, 0], [3, 0]])
SEEN = np.array([[4, 0], [5, 2]])


@pytest.fixture
def found():
    return statistics_of_counts(AGREE, DISAGREE, SEEN)


def test_probabilities_are_drawn_to_one_half_by_one_vote_each_way(found):
    assert found.agree_probability.tolist() == [[4 / 6, 1 / 2], [2 / 7, 3 / 4]]
    assert found.disagree_probability.tolist() == [[2 / 6, 1 / 2], [4 / 7, 1 / 4]]


def test_the_test_against_one_half_is_that_of_the_formula(found):
    assert found.agree_test[0, 0] == pytest.approx(2 * sqrt(5) * (4 / 5 - 1 / 2), abs=1e-12)
    assert found.disagree_test[1, 0] == pytest.approx(2 * sqrt(6) * (4 / 6 - 1 / 2), abs=1e-12)


def test_representativeness_is_the_ratio_to_all_others_together(found):
    assert found.agree_representativeness[0, 0] == pytest.approx((4 / 6) / (2 / 7), abs=1e-12)
    assert found.disagree_representativeness[1, 0] == pytest.approx((4 / 7) / (2 / 6), abs=1e-12)


def test_the_test_of_representativeness_compares_two_shares_with_raised_counts(found):
    inside, outside, share = 4 / 5, 2 / 6, 6 / 11
    expected = (inside - outside) / sqrt(share * (1 - share) * (1 / 5 + 1 / 6))
    assert found.agree_representativeness_test[0, 0] == pytest.approx(expected, abs=1e-12)


def test_where_all_agree_inside_and_outside_the_test_says_nothing():
    everyone = np.array([[5], [5]])
    found = statistics_of_counts(everyone, np.zeros((2, 1), int), everyone)
    assert found.agree_representativeness_test.tolist() == [[0.0], [0.0]]


def test_group_aware_consensus_is_the_product_over_the_groups(found):
    assert found.consensus.tolist() == pytest.approx([4 / 6 * 2 / 7, 1 / 2 * 3 / 4], abs=1e-12)
    assert found.consensus_against.tolist() == pytest.approx([2 / 6 * 4 / 7, 1 / 2 * 1 / 4], abs=1e-12)


def test_votes_are_counted_by_group_and_those_of_others_are_not():
    votes = by_hand("+-0.", "++..", "-+.+", "....", "+++-")
    found = statistics(votes, np.array([0, 1, 2]), np.array([0, 0, 1]), 2)
    assert found.agree.tolist() == [[2, 1, 0, 0], [0, 1, 0, 1]]
    assert found.disagree.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]
    assert found.seen.tolist() == [[2, 2, 1, 0], [1, 1, 0, 1]]


def test_new_and_dividing_statements_are_asked_first_and_priorities_differ():
    found = statistics_of_counts(np.array([[8, 40, 1]]), np.array([[1, 5, 0]]), np.array([[10, 50, 1]]))
    priority = figures.priorities(found, np.array([1.0, 1.0, 1.0]), np.zeros(3, dtype=bool))
    engaging, agreement = 1 - 2 / 12, 9 / 12
    assert priority[0] == pytest.approx((engaging * 2 * agreement * (1 + 8 * 2**-2)) ** 2, abs=1e-12)
    assert priority[2] > priority[0] > priority[1]
    assert figures.priorities(found, np.ones(3), np.array([True, False, False]))[0] == 49.0


def test_benjamini_hochberg_holds_the_worked_example():
    chances = np.array([0.041, 0.001, 0.6, 0.008, 0.039, 0.042])
    held = figures.discoveries(chances, 0.05)
    # 0.042 ≤ 5/6 × 0.05 = 0.0417 does not hold, 0.041 ≤ 4/6 × 0.05 neither: only the two least do.
    assert held.tolist() == [False, True, False, True, False, False]
    assert not figures.discoveries(np.array([0.2, 0.9]), 0.05).any()


def test_of_mere_noise_almost_nothing_is_called_distinctive_though_single_tests_succeed():
    made = planted(600, 80, 1, 30)
    labels = np.arange(600) % 2
    found = statistics(made.votes, np.arange(600), labels, 2)
    agrees, disagrees = figures.distinctive(found)
    single = (found.agree_representativeness_test > figures.Z90) & (found.agree_test > figures.Z90)
    assert single.sum() >= 3
    assert agrees.sum() + disagrees.sum() <= 1


def test_a_group_is_represented_by_what_it_says_more_than_others_agreements_first():
    agree = np.array([[30, 2, 20, 0], [3, 28, 20, 0]])
    disagree = np.array([[2, 30, 5, 0], [28, 3, 5, 0]])
    found = statistics_of_counts(agree, disagree, np.array([[33, 33, 30, 0], [33, 33, 30, 0]]))
    first, second = figures.representatives(found)
    assert [(each.statement, each.agrees) for each in first] == [(0, True), (1, False)]
    assert [(each.statement, each.agrees) for each in second] == [(1, True), (0, False)]


def test_a_group_without_any_significant_statement_is_still_represented_by_its_best():
    found = statistics_of_counts(
        np.array([[1, 2], [2, 1]]), np.array([[2, 2], [2, 2]]), np.array([[4, 4], [4, 4]])
    )
    assert all(len(chosen) == 1 for chosen in figures.representatives(found))


def test_what_nearly_all_say_is_shared_by_all():
    found = statistics_of_counts(np.array([[50, 2, 26]]), np.array([[2, 50, 26]]), np.array([[55, 55, 55]]))
    assert figures.shared_by_all(found) == ([0], [1])
