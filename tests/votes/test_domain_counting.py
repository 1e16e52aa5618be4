"""Rules that add up: plurality, approval, score, points, Borda; held against their definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Option
from participation.votes.domain.counting import approval, borda, plurality, points, score, support
from tests.votes import by_definition
from tests.votes.by_definition import lot, marked, options, pointed, ranked, rankings

short = settings(max_examples=40, deadline=None)


def by_code(election, outcome):
    return {election.options[position].code: number for position, number in outcome.scores.items()}


def won(election, outcome):
    return "".join(election.options[position].code for position in outcome.winners)


@short
@given(rankings())
def test_first_places_and_borda_points_are_those_of_all_orders_in_equal_parts(case):
    size, ballots = case
    election, codes = ranked(size, ballots), [chr(97 + i) for i in range(size)]
    assert by_code(election, plurality(election, seats=1, lot=lot(election))) == by_definition.plurality(
        codes, ballots
    )
    assert by_code(election, borda(election, seats=1, lot=lot(election))) == by_definition.borda(
        codes, ballots
    )


def test_plurality_takes_what_most_chose_and_approval_what_most_find_good():
    chosen = marked(3, [(4, "a"), (3, "b"), (3, "c")], kind=BallotKind.CHOICE)
    assert won(chosen, plurality(chosen, seats=1, lot=lot(chosen))) == "a"
    good = marked(3, [(4, "a"), (3, "bc"), (3, "c")])
    outcome = approval(good, seats=2, lot=lot(good))
    assert (won(good, outcome), by_code(good, outcome)) == ("ca", {"a": 4, "b": 3, "c": 6})


def test_scores_are_added_exactly_and_no_score_is_none():
    tenths = [(10, {"a": Fraction(1, 10)}), (1, {"b": 1}), (1, {"c": -1})]
    election = pointed(3, tenths)
    outcome = score(election, seats=1, lot=lot(election))
    assert by_code(election, outcome) == {"a": 1, "b": 1, "c": -1}
    divided = pointed(2, [(2, {"a": 3, "b": 7})], kind=BallotKind.POINTS)
    assert by_code(divided, points(divided, seats=1, lot=lot(divided))) == {"a": 6, "b": 14}


def test_categories_count_as_approval_of_the_best_and_as_points_from_the_last():
    paper = BallotPaper(BallotKind.CATEGORIES, options(3), categories=("よい", "ふつう", "よくない"))
    election = Election(paper, rankings={paper.ranking(["a", "b", "c"]): 3, paper.ranking([[], "b"]): 1})
    assert by_code(election, approval(election, seats=1, lot=lot(election))) == {"a": 3, "b": 0, "c": 0}
    assert by_code(election, score(election, seats=1, lot=lot(election))) == {"a": 6, "b": 4, "c": 0}


def test_a_tie_is_drawn_told_and_the_same_whatever_the_order_of_the_options():
    first = marked(3, [(2, "a"), (2, "b"), (1, "c")])
    outcome = approval(first, seats=1, lot=lot(first))
    turned = Election(
        BallotPaper(BallotKind.APPROVAL, tuple(reversed(first.options))), marks={(2,): 2, (1,): 2, (0,): 1}
    )
    again = approval(turned, seats=1, lot=lot(turned))
    assert won(first, outcome) == won(turned, again)
    (drawn,) = [step for step in outcome.steps if step.kind == "lot"]
    assert "同点" in drawn.words
    assert "くじ" in drawn.words


def test_a_tie_that_decides_nothing_is_not_drawn():
    election = marked(3, [(2, "ab"), (1, "c")])
    assert not [step for step in approval(election, seats=2, lot=lot(election)).steps if step.kind == "lot"]


@pytest.mark.parametrize("rule", [plurality, borda])
def test_without_ballots_nobody_wins(rule):
    election = ranked(2, [])
    outcome = rule(election, seats=1, lot=lot(election))
    assert outcome.winners == ()
    assert "選べません" in outcome.steps[-1].words


def test_support_of_a_ranking_is_worth_the_places_on_the_paper():
    paper = BallotPaper(BallotKind.RANKING, (*options(4), Option("e", "案E")), most=3)
    election = Election(paper, rankings={paper.ranking(["a", "bc"]): 1, paper.ranking(["d"]): 2})
    assert support(election) == {0: 3, 1: Fraction(3, 2), 2: Fraction(3, 2), 3: 6, 4: 0}
