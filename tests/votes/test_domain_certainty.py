"""What equal shares buy for certain: never anything else than counting gives, and quick where it must be."""

from __future__ import annotations

import random
import time
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.tally import budget_vote
from participation.votes.domain.budgeting import groups_of_voters
from participation.votes.domain.equal_shares import Completion, equal_shares
from participation.votes.domain.market import Market, Utility
from tests.votes.by_definition import lot, marked, pointed, projects


def market_of(election, utility=Utility.CARDINAL):
    costs = [option.cost for option in election.options]
    dear = [place for place, cost in enumerate(costs) if cost > election.budget]
    return Market(groups_of_voters(election), costs, utility, lot(election), without=dear)


def single_steps(election, increase, utility):
    """The completion as it is told: one step after the other, each counted exactly."""
    market = market_of(election, utility)
    now = market.buy(Fraction(election.budget, election.voters))
    while market.would_pay(election.budget - now.cost, now.projects):
        richer = market.buy(now.share + increase)
        if richer.cost > election.budget:
            break
        now = richer
    return now


@settings(max_examples=120, deadline=None)
@given(
    projects(),
    st.sampled_from(Utility),
    st.sampled_from([1, Fraction(1, 3), Fraction(1, 20), Fraction(7, 2)]),
)
def test_taking_steps_together_gives_what_single_steps_give(case, utility, increase):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    outcome = equal_shares(
        election, utility=utility, completion=Completion.ADD1, increase=increase, lot=lot(election)
    )
    expected = single_steps(election, increase, utility)
    assert list(outcome.winners) == [purchase.project for purchase in expected.bought]
    told = [step.figures for step in outcome.steps if step.kind == "funded"]
    assert told == [{each.project: each.highest} for each in expected.bought]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.integers(5, 60), min_size=5, max_size=5),
    st.lists(
        st.dictionaries(st.sampled_from("abcde"), st.fractions(0, 5, max_denominator=3), max_size=5),
        min_size=2,
        max_size=9,
    ),
    st.sampled_from(Utility),
    st.fractions(0, 30, max_denominator=7),
    st.fractions(0, 9, max_denominator=7),
    st.lists(st.fractions(0, 1, max_denominator=50), min_size=3, max_size=3),
)
def test_what_is_called_certain_is_bought_with_every_share_between(
    costs, ballots, utility, least, width, between
):
    market = market_of(pointed(5, [(1, given) for given in ballots], costs=costs, budget=60), utility)
    certain = market.bought_between(least, least + width)
    if certain is not None:
        for part in (0, 1, *between):
            assert market.buy(least + part * width).projects == certain


def test_two_that_are_exactly_as_cheap_are_left_to_counting():
    """Both are liked by the same three and cost the same: the lot decides, which no bound can tell."""
    market = market_of(marked(2, [(3, "ab")], costs=[5, 5], budget=6))
    assert market.bought_between(2, 2) is None
    apart = market_of(marked(2, [(3, "a"), (3, "b")], costs=[5, 5], budget=12))
    assert apart.bought_between(2, 3) == {0, 1}


def test_numbers_beyond_floating_point_are_left_to_counting():
    election = marked(2, [(3, "a"), (3, "b")], costs=[10**400, 10**399], budget=10**400)
    assert market_of(election).bought_between(1, 2) is None
    outcome = equal_shares(election, completion=Completion.GREEDY, lot=lot(election))
    assert outcome.winners


def test_a_large_vote_is_counted_while_somebody_waits():
    """A tenth of the voters of the bench: what must not come back is a count for every single step."""
    election = budget_vote(random.Random(5), voters=2_000)
    began = time.process_time()
    outcome = equal_shares(election, completion=Completion.ADD1_GREEDY, increase=1, lot=lot(election))
    assert outcome.winners
    assert time.process_time() - began < 3
