"""All rules through their one door: what fits what, what is refused, what a machine gets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Option
from participation.votes.domain.rules import (
    FITS,
    RULE_NAMES,
    Counting,
    Rule,
    Unfit,
    by_other_rules,
    fitting,
    tally,
)
from tests.votes.by_definition import marked, options, pointed, projects, ranked, rankings


def test_every_rule_has_a_name_and_ballots():
    assert set(RULE_NAMES) == set(FITS) == set(Rule)
    assert all(FITS.values())


def test_which_rules_fit_is_told_by_ballots_and_budget():
    assert fitting(ranked(3, [(1, "a")])) == [
        Rule.PLURALITY,
        Rule.BORDA,
        Rule.IRV,
        Rule.STV,
        Rule.SCHULZE,
        Rule.CONDORCET,
    ]
    assert fitting(marked(2, [(1, "a")], costs=[1, 2], budget=2)) == [
        Rule.APPROVAL,
        Rule.GREEDY,
        Rule.EQUAL_SHARES,
    ]


@pytest.mark.parametrize(
    ("election", "counting", "words"),
    [
        (
            marked(2, [(1, "a")]),
            Counting(Rule.IRV),
            "「順位をつける票」です。この投票は「よいと思うものをいくつか選ぶ票」",
        ),
        (marked(2, [(1, "a")]), Counting(Rule.GREEDY), "予算が分かりません"),
        (marked(2, [(1, "a")], budget=5), Counting(Rule.EQUAL_SHARES), "「案A」の費用が分かりません"),
        (
            marked(1, [(1, "a")], costs=[1], budget=5),
            Counting(Rule.EQUAL_SHARES, increase=0),
            "0より大きい数",
        ),
        (ranked(2, [(1, "a")]), Counting(Rule.IRV, seats=2), "一つだけ"),
        (ranked(2, [(1, "a")]), Counting(Rule.STV, seats=0), "1以上"),
        (
            Election(
                BallotPaper(BallotKind.SCORE, tuple(Option(f"o{i}", f"案{i}") for i in range(251))),
                points={((0, 1),): 1},
            ),
            Counting(Rule.SCHULZE),
            "250個まで",
        ),
    ],
)
def test_what_a_rule_cannot_count_is_refused_with_the_reason(election, counting, words):
    with pytest.raises(Unfit) as refusal:
        tally(election, counting)
    assert words in str(refusal.value)


@settings(max_examples=20, deadline=None)
@given(rankings())
def test_every_rule_says_the_same_again_and_every_step_is_a_sentence(case):
    election = ranked(*case)
    for rule in fitting(election):
        outcome = tally(election, Counting(rule, seed="さくら"))
        assert outcome == tally(election, Counting(rule, seed="さくら"))
        assert all(step.words.endswith("。") for step in outcome.steps)


@pytest.mark.parametrize(
    "election",
    [
        ranked(3, [(2, "a>b"), (1, "bc")]),
        marked(2, [(2, "ab")], costs=[1, 2], budget=2),
        pointed(2, [(2, {"a": 3})], costs=[1, 2], budget=2),
        Election(
            BallotPaper(BallotKind.CATEGORIES, options(1), categories=("可", "否")), rankings={b"\0": 1}
        ),
    ],
)
def test_what_a_machine_gets_is_json_with_codes(election):
    for rule in fitting(election):
        answer = json.loads(json.dumps(tally(election, Counting(rule)).in_json(election)))
        codes = {option.code for option in election.options}
        assert set(answer) >= {"winners", "scores", "steps"}
        assert set(answer["winners"]) <= codes == set(answer["names"])
        assert set(answer["scores"]) == codes
        assert all(step["words"] for step in answer["steps"])


def test_other_rules_for_comparison_do_the_same_kind_of_thing():
    budget = marked(2, [(1, "a")], costs=[1, 2], budget=2)
    assert set(by_other_rules(budget, Counting(Rule.EQUAL_SHARES))) == {Rule.GREEDY}
    seats = by_other_rules(ranked(3, [(2, "a>b"), (1, "b")]), Counting(Rule.STV, seats=2))
    assert set(seats) == {Rule.PLURALITY, Rule.BORDA, Rule.SCHULZE}
    assert all(len(outcome.winners) == 2 for outcome in seats.values())


def winners(election, rule, **settings):
    outcome = tally(election, Counting(rule, seed="さくら", **settings))
    return [election.options[position].code for position in outcome.winners]


@settings(max_examples=30, deadline=None)
@given(rankings(), st.randoms(use_true_random=False), st.integers(2, 9))
def test_neither_the_list_of_options_nor_the_scale_of_the_ballots_chooses_the_winner(case, random, times):
    size, ballots = case
    first = ranked(size, ballots)
    turned = list(first.options)
    random.shuffle(turned)
    paper = BallotPaper(BallotKind.RANKING, tuple(turned))
    again = Election(paper, rankings={})
    for number, groups in random.sample(ballots, len(ballots)):
        key = paper.ranking(groups)
        again.rankings[key] = again.rankings.get(key, 0) + number * times
    for rule in fitting(first):
        # The quota of STV is a whole number of ballots: it does not grow in proportion.
        if rule is not Rule.STV:
            assert winners(first, rule) == winners(again, rule)
    same_number = Election(paper, rankings={key: number // times for key, number in again.rankings.items()})
    assert winners(first, Rule.STV, seats=2) == winners(same_number, Rule.STV, seats=2)


@settings(max_examples=30, deadline=None)
@given(projects(), st.randoms(use_true_random=False))
def test_the_list_of_projects_does_not_choose_what_is_funded(case, random):
    size, costs, budget, ballots = case
    first = marked(size, ballots, costs=costs, budget=budget)
    turned = list(first.options)
    random.shuffle(turned)
    paper = BallotPaper(BallotKind.APPROVAL, tuple(turned))
    again = Election(paper, marks={}, budget=budget)
    for number, codes in ballots:
        key = paper.marks(codes)
        again.marks[key] = again.marks.get(key, 0) + number
    for rule in (Rule.APPROVAL, Rule.GREEDY, Rule.EQUAL_SHARES):
        assert winners(first, rule) == winners(again, rule)
