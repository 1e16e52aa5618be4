"""How well hidden votes are expected: the measure itself, and where there is nothing to measure."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.hidden import area, areas
from tests.opinion_map.voters import by_hand, planted


def test_an_area_is_one_where_every_agreement_scores_higher_and_a_half_where_all_score_the_same():
    agrees = np.array([True, True, False, False])
    assert area(np.array([0.9, 0.8, 0.2, 0.1]), agrees) == 1.0
    assert area(np.array([0.1, 0.2, 0.8, 0.9]), agrees) == 0.0
    assert area(np.ones(4), agrees) == 0.5
    assert area(np.array([0.9, 0.2, 0.5, 0.1]), agrees) == 0.75


def test_the_same_draw_gives_the_same_areas_and_the_model_beats_the_places_of_polis():
    votes = planted(200, 50, 2, 20).votes
    found = areas(votes, seed=1)
    assert found == areas(votes, seed=1)
    assert found != areas(votes, seed=2)
    assert found.model > max(found.places, found.stretched) + 0.005


@pytest.mark.parametrize("rows", [("+",), ("000", "000"), ("++++++++++++++++++++",), ("...",)])
def test_of_nothing_but_agreement_or_too_few_votes_nothing_is_said(rows):
    assert areas(by_hand(*rows), seed=0) is None
