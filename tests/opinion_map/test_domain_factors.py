"""The model of votes: what it recovers, what it expects, and how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.factors import factorise
from participation.opinion_map.domain.projection import project
from participation.opinion_map.domain.votes import Votes
from tests.opinion_map.voters import by_hand, planted


def model(votes):
    return factorise(votes, project(votes).components)


def area_under_curve(scores, is_agreement):
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    positive = is_agreement.sum()
    return (ranks[is_agreement].sum() - positive * (positive + 1) / 2) / (positive * (~is_agreement).sum())


def without(votes, hidden):
    return Votes(
        votes.participants,
        votes.statements,
        *(each[~hidden] for each in (votes.rows, votes.columns, votes.values)),
    )


def test_votes_that_were_hidden_are_expected_better_than_by_two_principal_components():
    votes = planted(400, 80, 2, 25).votes
    hidden = np.random.default_rng(0).random(votes.count) < 0.1
    seen = without(votes, hidden)
    asked = hidden & (votes.values != 0)
    rows, columns, agrees = votes.rows[asked], votes.columns[asked], votes.values[asked] > 0
    view = project(seen)
    stretch = np.sqrt(80 / seen.per_participant)[:, None]
    by_places = seen.means[columns] + ((view.positions / stretch)[rows] * view.components[columns]).sum(
        axis=1
    )
    by_model = factorise(seen, view.components).expected(rows, columns)
    assert area_under_curve(by_model, agrees) > area_under_curve(by_places, agrees) + 0.015


def test_a_bridge_scores_higher_than_what_only_the_larger_side_wants():
    # Fourteen on one side, eight on the other. All want the first; only the larger side the second.
    rows = ["++" + "++--" * 3] * 14 + ["+-" + "--++" * 3] * 8
    found = model(by_hand(*rows))
    assert found.intercepts[0] > found.intercepts[1] + 0.1


def test_few_votes_move_little_and_are_less_sure():
    rows = ["+-" + "+-+-+-" for _ in range(12)] + ["-+" + "-+-+-+" for _ in range(12)]
    rows = [f"{row}{'+' if place == 0 else '.'}" for place, row in enumerate(rows)]
    found = model(by_hand(*rows))
    assert abs(found.intercepts[8]) < 0.6
    assert found.errors[8] > 1.5 * found.errors[0]


def test_who_voted_more_is_placed_more_surely():
    made = planted(300, 60, 3, 20).votes
    errors = model(made).position_errors[:, 0]
    many, few = made.per_participant > 25, made.per_participant < 12
    assert errors[many].mean() < 0.8 * errors[few].mean()


@pytest.mark.parametrize(
    "rows", [("+++",), ("000", "000"), ("+-0", "+-0", "+-0"), ("...", "..."), ("+", "-")]
)
def test_too_little_to_learn_from_gives_figures_all_the_same(rows):
    found = model(by_hand(*rows))
    for figures in (found.intercepts, found.errors, found.positions, found.loadings, found.leniency):
        assert np.isfinite(figures).all()
