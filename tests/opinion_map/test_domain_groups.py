"""Grouping by places, by votes, and whether groups are found again."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.groups import candidates, group_into
from participation.opinion_map.domain.projection import project
from participation.opinion_map.domain.stability import (
    adjusted_rand,
    agreement_by_chance,
    grouped_on_axes,
    matched,
    stability_of_places,
    stability_on_axes,
)
from tests.opinion_map.voters import by_hand, planted


def heaps(*sizes, apart=10.0, seed=0):
    chance = np.random.default_rng(seed)
    middles = apart * np.array([[0, 0], [1, 0], [0, 1], [1, 1], [2, 2]])[: len(sizes)]
    return np.concatenate(
        [chance.normal(middle, 1.0, (size, 2)) for middle, size in zip(middles, sizes, strict=True)]
    )


def silhouette(points, labels):
    """By the definition, pair by pair."""
    each = []
    for place, own in enumerate(labels):
        distances = np.sqrt(((points - points[place]) ** 2).sum(axis=1))
        means = [distances[labels == group].mean() for group in range(labels.max() + 1) if group != own]
        near = distances[(labels == own)].sum() / max((labels == own).sum() - 1, 1)
        each.append((min(means) - near) / max(min(means), near) if (labels == own).sum() > 1 else 0.0)
    return float(np.mean(each))


@pytest.mark.parametrize("sizes", [(60, 40), (50, 40, 30), (50, 40, 30, 20)])
def test_heaps_are_found_with_their_number_the_largest_first(sizes):
    best = candidates(heaps(*sizes), 0)[0]
    assert np.bincount(best.labels).tolist() == list(sizes)


def test_heaps_of_thousands_are_found_too():
    best = candidates(heaps(1500, 1200, 700), 0)[0]
    assert np.bincount(best.labels).tolist() == [1500, 1200, 700]


def test_the_silhouette_is_that_of_the_definition():
    points = heaps(30, 20, apart=3.0)
    best = candidates(points, 0)[0]
    assert best.silhouette == pytest.approx(silhouette(points, best.labels), abs=1e-9)


def test_the_order_of_people_changes_no_group():
    points = heaps(70, 50, 40, apart=3.0)
    order = np.random.default_rng(1).permutation(len(points))
    one, other = candidates(points, 0)[0], candidates(points[order], 0)[0]
    assert other.labels.tolist() == one.labels[order].tolist()


def test_people_on_one_spot_are_no_groups():
    assert candidates(np.zeros((40, 2)), 0) == []
    assert group_into(np.zeros((1, 2)), 2, 0) is None


def test_the_adjusted_rand_index_is_that_of_the_worked_example():
    one, other = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    # Pairs together: 2 in both, 6 and 3 in each; by chance 6 · 3 / 15 = 1.2.
    assert adjusted_rand(one, other) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    assert adjusted_rand(one, 1 - one) == 1.0


def test_groups_are_matched_by_whom_they_share():
    assert matched(np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0]), 2).tolist() == [0, 0, 1, 1, 1]


def test_clear_groups_are_found_again_and_those_of_noise_are_not():
    for groups, low, high in ((2, 0.7, 1.0), (1, -0.1, 0.35)):
        votes = planted(300, 60, groups, 25).votes
        best = candidates(project(votes).positions, 0)[0]
        found = stability_of_places(votes, np.arange(300), best.labels, 0)
        assert low <= found.agreement <= high
        assert ((found.confidence >= 0) & (found.confidence <= 1)).all()


def test_shuffled_votes_tell_what_chance_makes_of_votes_without_groups():
    votes = planted(200, 50, 3, 30).votes
    best = candidates(project(votes).positions, 0)[0]
    found = stability_of_places(votes, np.arange(200), best.labels, 0)
    assert agreement_by_chance(votes, 0, 7) < 0.4 < found.agreement


@pytest.mark.parametrize(("groups", "gain"), [(3, -0.01), (4, 0.1), (5, 0.2)])
def test_groups_on_one_axis_fewer_are_found_where_a_picture_presses_them_together(groups, gain):
    made = planted(600, 100, groups, 50, sharp=1.3)
    placed = np.arange(600)
    by_places = candidates(project(made.votes).positions, 0)[0]
    found = {count: grouped_on_axes(made.votes, placed, count, 0) for count in (3, 4, 5)}
    again = {
        count: stability_on_axes(made.votes, placed, each.labels, 0).agreement
        for count, each in found.items()
    }
    assert max(again, key=again.get) == groups
    own = adjusted_rand(made.groups, found[groups].labels)
    assert own > adjusted_rand(made.groups, by_places.labels) + gain


def test_votes_with_too_few_directions_have_no_more_axes():
    assert grouped_on_axes(by_hand(*["+-"] * 10, *["-+"] * 10), np.arange(20), 4, 0) is None
