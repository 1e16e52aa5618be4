"""Instant run-off, held against its definition and against what is known of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.runoff import instant_runoff
from tests.votes import by_definition
from tests.votes.by_definition import lot, ranked, rankings


def winner(size, ballots):
    election = ranked(size, ballots)
    outcome = instant_runoff(election, lot=lot(election))
    return "".join(election.options[position].code for position in outcome.winners)


@settings(max_examples=80, deadline=None)
@given(rankings())
def test_the_winner_is_the_one_of_the_definition(case):
    size, ballots = case
    draw = lot(ranked(size, ballots))
    expected = by_definition.irv(
        [chr(97 + i) for i in range(size)],
        ballots,
        lambda tied: max(tied, key=lambda c: draw.rank(ord(c) - 97)),
    )
    assert winner(size, ballots) == (expected or "")


@settings(max_examples=25, deadline=None)
@given(rankings(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_scale_of_the_ballots_matters(case, times, random):
    size, ballots = case
    turned = [(number * times, groups) for number, groups in ballots]
    random.shuffle(turned)
    assert winner(size, turned) == winner(size, ballots)


def test_more_support_can_make_a_winner_lose():
    """The known failure of monotonicity: ten voters raise the winner to the top, and another one wins."""
    before = [(39, "a>b>c"), (35, "b>c>a"), (26, "c>a>b")]
    assert winner(3, before) == "a"
    assert winner(3, [(49, "a>b>c"), (25, "b>c>a"), (26, "c>a>b")]) == "c"


def test_staying_at_home_can_help():
    """The no-show paradox: two who like c least vote, and c wins; they stay at home, and b wins."""
    assert winner(3, [(4, "a>b>c"), (3, "b>c>a"), (4, "c>b>a")]) == "c"
    assert winner(3, [(2, "a>b>c"), (3, "b>c>a"), (4, "c>b>a")]) == "b"


def test_ballots_without_a_next_place_stop_counting_and_the_majority_is_of_the_rest():
    assert winner(3, [(4, "a"), (3, "b"), (2, "c>b")]) == "b"
    election = ranked(3, [(4, "a"), (3, "b"), (2, "c")])
    steps = instant_runoff(election, lot=lot(election)).steps
    assert "残っている7票" in steps[-1].words


def test_a_tie_for_the_last_place_is_told_before_it_is_drawn():
    election = ranked(3, [(3, "a"), (2, "b>c"), (2, "c>b")])
    steps = instant_runoff(election, lot=lot(election)).steps
    kinds = [step.kind for step in steps]
    assert kinds.index("lot") < kinds.index("eliminated")


def test_blank_ballots_elect_nobody():
    assert winner(3, [(5, "")]) == ""
