"""The view that Polis draws, against the dense computation it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.projection import principal_components, project
from tests.opinion_map.voters import by_hand, planted


def as_if_filled(votes):
    """The published recipe, filled up with means: components, and places stretched by √(statements / votes)."""
    table = np.full((len(votes.participants), len(votes.statements)), np.nan)
    table[votes.rows, votes.columns] = votes.values
    means = np.nanmean(table, axis=0)
    centred = np.where(np.isnan(table), means, table) - means
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    stretch = np.sqrt(table.shape[1] / (~np.isnan(table)).sum(axis=1))
    return directions[:2].T, centred @ directions[:2].T * stretch[:, None], means


@pytest.mark.parametrize("statements", [20, 90])
def test_places_are_those_of_the_published_recipe(statements):
    votes = planted(200, statements, 3, 15).votes
    components, places, means = as_if_filled(votes)
    found = project(votes)
    assert np.abs(found.components) == pytest.approx(np.abs(components), abs=1e-8)
    assert np.abs(found.positions) == pytest.approx(np.abs(places), abs=1e-7)
    alone = np.sqrt(statements) * (1 - means)[:, None] * components
    assert found.extremity == pytest.approx(np.sqrt((alone**2).sum(axis=1)), abs=1e-8)


def test_a_statement_that_nobody_saw_changes_no_place():
    rows = ["++-", "+-0", "--+", "0+-"]
    before, after = project(by_hand(*rows)), project(by_hand(*(f"{row}." for row in rows)))
    assert after.positions == pytest.approx(before.positions, abs=1e-12)
    assert after.extremity[3] == 0.0


@pytest.mark.parametrize("rows", [("+-0",) * 4, ("000",) * 4, ("...",) * 3, ("+.", "+.")])
def test_where_all_vote_alike_there_is_no_direction(rows):
    found = project(by_hand(*rows))
    assert found.dimensions == 0
    assert not found.positions.any()


def test_one_question_alone_makes_a_line():
    found = project(by_hand("+", "-", "+", "0"))
    assert found.dimensions == 1
    assert not found.positions[:, 1].any()


def test_many_statements_that_all_vote_alike_on_have_no_direction_either():
    votes = by_hand(*("+" * 80,) * 12)
    assert project(votes).dimensions == 0


def test_directions_face_the_same_way_whatever_the_order_of_statements():
    votes = planted(80, 70, 3, 20).votes
    table = votes.table(votes.values - votes.means[votes.columns])
    one, _ = principal_components(table)
    order = np.random.default_rng(5).permutation(70)
    other, _ = principal_components(table[:, order])
    assert other == pytest.approx(one[order], abs=1e-8)
