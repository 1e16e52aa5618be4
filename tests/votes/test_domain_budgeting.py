"""Dividing a budget: greedy, Method of Equal Shares, and what happens with the rest."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.ballots import BallotKind
from participation.votes.domain.budgeting import GreedyOrder, greedy, groups_of_voters
from participation.votes.domain.equal_shares import Completion, equal_shares
from participation.votes.domain.market import Market, Utility
from tests.votes import by_definition
from tests.votes.by_definition import lot, marked, pointed, projects

#: Everybody's money goes to the larger group by the greedy rule; equal shares give each its part.
TWO_QUARTERS = marked(6, [(60, "abc"), (40, "def")], costs=[30, 30, 30, 20, 20, 30], budget=90)


def codes_of(election, outcome):
    return [election.options[position].code for position in outcome.winners]


def rank_in(election):
    draw = lot(election)
    return lambda tied: min(tied, key=lambda code: draw.rank(ord(code) - 97))


@settings(max_examples=50, deadline=None)
@given(projects(), st.sampled_from(GreedyOrder))
def test_greedy_is_that_of_the_definition(case, order):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    support = {chr(97 + i): sum(n for n, codes in ballots if chr(97 + i) in codes) for i in range(size)}
    prices = {code: costs[ord(code) - 97] for code in support}
    strength = {c: Fraction(n, prices[c] if order is GreedyOrder.PER_COST else 1) for c, n in support.items()}
    expected = by_definition.greedy(list(support), prices, budget, strength, rank_in(election))
    assert codes_of(election, greedy(election, order=order, lot=lot(election))) == expected


@settings(max_examples=80, deadline=None)
@given(projects(), st.sampled_from(Utility))
def test_equal_shares_are_those_of_the_definition(case, utility):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    prices = {chr(97 + i): cost for i, cost in enumerate(costs) if cost <= budget}
    voters = [
        {code: prices[code] if utility is Utility.COST else 1 for code in codes if code in prices}
        for number, codes in ballots
        for _ in range(number)
    ]
    share = Fraction(budget, len(voters))
    expected, money = by_definition.equal_shares(voters, prices, share, rank_in(election))
    outcome = equal_shares(election, utility=utility, lot=lot(election))
    assert codes_of(election, outcome) == expected
    dear = [place for place, cost in enumerate(costs) if cost > budget]
    market = Market(groups_of_voters(election), costs, utility, lot(election), without=dear)
    shopping = market.buy(share)
    for code in prices:
        left = sum(purse for purse, voter in zip(money, voters, strict=True) if code in voter)
        assert market.held(ord(code) - 97, shopping) == left


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 20), min_size=3, max_size=3),
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.fractions(0, 5, max_denominator=4), max_size=3),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(Utility),
)
def test_points_are_worth_what_they_say(costs, ballots, utility):
    election = pointed(3, [(1, given) for given in ballots], costs=costs, budget=20)
    prices = dict(zip("abc", costs, strict=True))
    voters = [
        {c: n * (prices[c] if utility is Utility.COST else 1) for c, n in given.items() if n > 0}
        for given in ballots
    ]
    expected, _ = by_definition.equal_shares(voters, prices, Fraction(20, len(voters)), rank_in(election))
    assert codes_of(election, equal_shares(election, utility=utility, lot=lot(election))) == expected


@settings(max_examples=30, deadline=None)
@given(projects(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_neither_the_order_of_ballots_nor_the_currency_matters(case, times, random):
    size, costs, budget, ballots = case
    turned = list(ballots)
    random.shuffle(turned)
    first = marked(size, ballots, costs=costs, budget=budget)
    again = marked(size, turned, costs=[cost * times for cost in costs], budget=budget * times)
    assert codes_of(first, equal_shares(first, lot=lot(first))) == codes_of(
        again, equal_shares(again, lot=lot(again))
    )


@settings(max_examples=40, deadline=None)
@given(projects(), st.sampled_from(Completion), st.sampled_from(Utility))
def test_no_completion_spends_more_than_there_is(case, completion, utility):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    outcome = equal_shares(election, completion=completion, utility=utility, lot=lot(election))
    assert outcome.spent == sum(costs[position] for position in outcome.winners) <= budget
    assert len(set(outcome.winners)) == len(outcome.winners)


@settings(max_examples=30, deadline=None)
@given(projects())
def test_more_money_step_by_step_stops_before_the_budget_is_overspent(case):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    prices = {chr(97 + i): cost for i, cost in enumerate(costs) if cost <= budget}
    voters = [{c: 1 for c in codes if c in prices} for number, codes in ballots for _ in range(number)]
    wanted = {code for voter in voters for code in voter}
    share, last = Fraction(budget, len(voters)), None
    while True:
        bought, _ = by_definition.equal_shares(voters, prices, share, rank_in(election))
        spent = sum(prices[code] for code in bought)
        if last is not None and spent > budget:
            break
        last, share = bought, share + 1
        if all(spent + prices[code] > budget for code in wanted - set(bought)):
            break
    assert codes_of(election, equal_shares(election, completion=Completion.ADD1, lot=lot(election))) == last


def test_the_greedy_rule_gives_all_to_the_majority_and_equal_shares_do_not():
    draw = lot(TWO_QUARTERS)
    assert set(codes_of(TWO_QUARTERS, greedy(TWO_QUARTERS, lot=draw))) == {"a", "b", "c"}
    assert len({*"abc"} & set(codes_of(TWO_QUARTERS, equal_shares(TWO_QUARTERS, lot=draw)))) == 1
    assert {*"de"} & set(codes_of(TWO_QUARTERS, equal_shares(TWO_QUARTERS, lot=draw)))


def test_a_group_with_its_part_of_the_budget_gets_what_it_pays():
    """Ten of a hundred agree on a project that costs a tenth: it is bought, though ninety want others."""
    election = marked(4, [(90, "abc"), (10, "d")], costs=[40, 40, 40, 10], budget=100)
    assert "d" in codes_of(election, equal_shares(election, lot=lot(election)))
    assert "d" not in codes_of(
        marked(4, [(90, "abc"), (10, "d")], costs=[40, 40, 20, 10], budget=100),
        greedy(marked(4, [(90, "abc"), (10, "d")], costs=[40, 40, 20, 10], budget=100), lot=lot(election)),
    )


def test_the_poor_give_what_they_have_and_the_others_pay_more():
    """Two voters with 5 each: the second pays 2 for c and gives its last 3 for b, the first all its 5."""
    election = marked(3, [(1, "ab"), (1, "bc")], costs=[4, 8, 2], budget=10)
    outcome = equal_shares(election, lot=lot(election))
    assert codes_of(election, outcome) == ["c", "a"]
    without_a = marked(3, [(1, "b"), (1, "bc")], costs=[4, 8, 2], budget=10)
    outcome = equal_shares(without_a, lot=lot(without_a))
    assert codes_of(without_a, outcome) == ["c", "b"]
    bought = {
        step.options[0]: step.figures[step.options[0]] for step in outcome.steps if step.kind == "funded"
    }
    assert bought == {2: 2, 1: 5}


def test_why_a_project_was_bought_or_not_is_said_with_the_money():
    election = marked(3, [(6, "a"), (4, "b")], costs=[50, 50, 10], budget=100)
    steps = equal_shares(election, lot=lot(election)).steps
    words = "\n".join(step.words for step in steps)
    assert "一人分は10円です" in words
    assert (
        "支持した6人が費用50円を分けて持ち、一人の負担は多くて約8.33円です。残りの予算は50円です。" in words
    )
    assert (
        "「案B」は、支持した4人の手元に残る分を集めても40円で、費用に10円足りないので、選ばれません。"
        in words
    )
    assert "「案C」は、支持した人がいないので選ばれません。" in words


def test_what_is_left_is_spent_by_support_where_the_rule_says_so():
    election = marked(3, [(6, "a"), (4, "b")], costs=[50, 50, 10], budget=100)
    none = equal_shares(election, lot=lot(election))
    rest = equal_shares(election, completion=Completion.GREEDY, lot=lot(election))
    assert (codes_of(election, none), codes_of(election, rest)) == (["a"], ["a", "b"])


def test_equally_cheap_projects_are_drawn_and_it_is_told():
    election = marked(2, [(3, "ab")], costs=[5, 5], budget=6)
    outcome = equal_shares(election, lot=lot(election))
    assert [step.kind for step in outcome.steps if step.kind == "lot"] == ["lot"]
    assert codes_of(election, outcome) == [rank_in(election)("ab")]


def test_what_costs_more_than_the_budget_is_never_bought():
    election = marked(2, [(9, "a"), (1, "b")], costs=[101, 10], budget=100)
    for completion in Completion:
        outcome = equal_shares(election, completion=completion, lot=lot(election))
        assert codes_of(election, outcome) == ["b"]


@pytest.mark.parametrize("rule", [greedy, equal_shares])
def test_without_support_nothing_is_bought(rule):
    election = marked(2, [(3, "")], costs=[5, 5], budget=6)
    outcome = rule(election, lot=lot(election))
    assert (outcome.winners, outcome.spent) == ((), 0)
    assert "ありません" in outcome.steps[-1].words


def test_one_choice_and_rankings_support_projects_too():
    chosen = marked(2, [(3, "a"), (1, "b")], costs=[3, 1], budget=4, kind=BallotKind.CHOICE)
    assert sorted(codes_of(chosen, equal_shares(chosen, lot=lot(chosen)))) == ["a", "b"]
    order = by_definition.Election(
        by_definition.BallotPaper(BallotKind.RANKING, by_definition.options(2, [3, 1])),
        rankings={bytes([0, 1]): 4},
        budget=4,
    )
    assert codes_of(order, greedy(order, lot=lot(order))) == ["a", "b"]
