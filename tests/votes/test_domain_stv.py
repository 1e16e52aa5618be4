"""Single transferable vote: against its definition, and against a count done by hand."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.stv import single_transferable_vote
from tests.votes import by_definition
from tests.votes.by_definition import lot, ranked, rankings


def elected(size, ballots, seats):
    election = ranked(size, ballots)
    outcome = single_transferable_vote(election, seats=seats, lot=lot(election))
    return [election.options[position].code for position in outcome.winners]


@settings(max_examples=80, deadline=None)
@given(rankings(most=5), st.integers(1, 3))
def test_the_seats_go_to_those_of_the_definition(case, seats):
    size, ballots = case
    draw = lot(ranked(size, ballots))

    def rank(code):
        return draw.rank(ord(code) - 97)

    expected = by_definition.stv(
        [chr(97 + i) for i in range(size)],
        ballots,
        min(seats, size),
        lambda tied: min(tied, key=rank),
        lambda tied: max(tied, key=rank),
    )
    assert elected(size, ballots, seats) == expected


@settings(max_examples=25, deadline=None)
@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_does_not_matter(case, random):
    size, ballots = case
    turned = list(ballots)
    random.shuffle(turned)
    assert elected(size, turned, 2) == elected(size, ballots, 2)


def test_a_surplus_goes_on_from_all_papers_in_the_same_proportion():
    """24 papers, 2 seats: quota 9; a has 12 and hands on 3, so that each of its papers is worth 1/4."""
    ballots = [(8, "a>b"), (4, "a>c"), (7, "b"), (5, "c")]
    election = ranked(3, ballots)
    outcome = single_transferable_vote(election, seats=2, lot=lot(election))
    assert elected(3, ballots, 2) == ["a", "b"]
    (transfer,) = [step for step in outcome.steps if step.kind == "transfer"]
    assert "3票分" in transfer.words
    assert "1/4倍" in transfer.words
    assert outcome.scores == {0: 9, 1: 9, 2: 6}


def test_values_stay_exact_fractions():
    ballots = [(5, "a>b>c"), (3, "a>c"), (1, "b>c"), (2, "c"), (1, "d")]
    election = ranked(4, ballots)
    outcome = single_transferable_vote(election, seats=2, lot=lot(election))
    transfer = next(step for step in outcome.steps if step.kind == "transfer")
    after = outcome.steps[outcome.steps.index(transfer) + 1]
    assert after.figures[1] == 1 + 5 * Fraction(3, 8)


def test_a_tie_is_settled_by_the_latest_round_in_which_there_was_a_difference():
    ballots = [(8, "a"), (4, "b"), (3, "c"), (1, "d>c")]
    election = ranked(4, ballots)
    outcome = single_transferable_vote(election, seats=1, lot=lot(election))
    settled = [step for step in outcome.steps if "差のあった" in step.words]
    assert [step.options for step in settled] == [(2,)]


def test_where_there_are_no_more_options_than_seats_all_are_elected():
    assert sorted(elected(2, [(3, "a")], 5)) == ["a", "b"]


def test_blank_ballots_elect_nobody():
    assert elected(3, [(5, "")], 2) == []
