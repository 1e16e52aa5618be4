"""Which vote is to be expected: what the ties of statements add to the model, and that they invent nothing."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.expecting import expected, ties_of
from participation.opinion_map.domain.factors import factorise
from participation.opinion_map.domain.hidden import areas
from participation.opinion_map.domain.projection import project
from tests.opinion_map.voters import by_hand, planted, renamed


def model(votes):
    return factorise(votes, project(votes).components)


def in_pairs(people: int = 300, pairs: int = 12):
    """Votes on statements two by two: everybody's own mind on each pair, which no two dimensions hold."""
    chance = np.random.default_rng(3)
    minds = np.repeat(chance.choice(["+", "-"], (people, pairs)), 2, axis=1)
    seen = chance.random(minds.shape) < 0.6
    return by_hand(*("".join(row) for row in np.where(seen, minds, ".")))


def test_statements_about_one_matter_are_tied_and_others_are_not():
    votes = in_pairs()
    together = ties_of(votes, model(votes)).together
    between = np.abs(together - np.diag(np.diag(together)))
    assert between.argmax(axis=1).tolist() == [each ^ 1 for each in range(24)]


def test_with_ties_hidden_votes_are_expected_that_two_dimensions_cannot_expect():
    found = areas(in_pairs(), seed=0)
    assert found.model > found.dimensions + 0.1
    assert found.model > max(found.places, found.stretched) + 0.1


def test_where_nothing_goes_together_the_ties_are_nearly_nothing():
    votes = planted(300, 40, 1, 20).votes
    together = ties_of(votes, model(votes)).together
    assert np.abs(together - np.diag(np.diag(together))).max() < 0.05


def test_the_expected_votes_depend_neither_on_the_order_of_people_nor_on_names():
    votes = planted(60, 12, 2, 8).votes
    people, texts = np.random.default_rng(1).permutation(60), np.random.default_rng(2).permutation(12)
    other = renamed(votes, people.tolist(), texts.tolist())
    rows, columns = np.arange(60).repeat(12), np.tile(np.arange(12), 60)
    one = expected(votes, model(votes), rows, columns)
    same = expected(other, model(other), people[rows], texts[columns])
    assert np.allclose(one, same, atol=1e-6)


@pytest.mark.parametrize("rows", [("+++",), ("000", "000"), ("+-0", "+-0"), ("...", "..."), ("+.", ".-")])
def test_too_little_to_learn_from_gives_figures_all_the_same(rows):
    votes = by_hand(*rows)
    everyone = np.arange(len(rows)).repeat(len(rows[0]))
    texts = np.tile(np.arange(len(rows[0])), len(rows))
    assert np.isfinite(expected(votes, model(votes), everyone, texts)).all()
