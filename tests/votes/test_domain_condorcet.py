"""Comparing in pairs: the matrix, Condorcet winner and loser, Smith set, Schulze."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.condorcet import (
    compared,
    condorcet,
    condorcet_loser,
    condorcet_winner,
    schulze,
    smith_set,
)
from tests.votes import by_definition
from tests.votes.by_definition import lot, pointed, ranked, rankings

CYCLE = [(4, "a>b>c"), (3, "b>c>a"), (2, "c>a>b")]
#: Schulze's own example of 45 voters and five options; e wins.
FORTY_FIVE = [
    (5, "a>c>b>e>d"),
    (5, "a>d>e>c>b"),
    (8, "b>e>d>a>c"),
    (3, "c>a>b>e>d"),
    (7, "c>a>e>b>d"),
    (2, "c>b>a>d>e"),
    (7, "d>c>e>b>a"),
    (8, "e>b>a>d>c"),
]


def codes_of(election, positions):
    return {election.options[position].code for position in positions}


def won(election, outcome):
    return "".join(election.options[position].code for position in outcome.winners)


@settings(max_examples=60, deadline=None)
@given(rankings(most=5))
def test_matrix_smith_set_and_schulze_are_those_of_the_definitions(case):
    size, ballots = case
    election, codes = ranked(size, ballots), [chr(97 + i) for i in range(size)]
    counts = by_definition.preferred(codes, ballots)
    pairs = compared(election)
    assert {(a, b): pairs[ord(a) - 97][ord(b) - 97] for a, b in counts} == counts
    assert codes_of(election, smith_set(pairs)) == by_definition.smith(codes, counts)
    beats_all = [a for a in codes if all(counts[a, b] > counts[b, a] for b in codes if b != a)]
    assert codes_of(election, [condorcet_winner(pairs)] if beats_all else []) == set(beats_all)
    assert (condorcet_winner(pairs) is None) == (not beats_all)
    best = by_definition.schulze_potential_winners(codes, counts)
    outcome = schulze(election, seats=1, lot=lot(election))
    if any(groups for _, groups in ballots):
        draw = lot(election)
        assert won(election, outcome) == min(best, key=lambda code: draw.rank(ord(code) - 97))
        assert best <= codes_of(election, smith_set(pairs))
    else:
        assert outcome.winners == ()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 2**40), st.integers(1, 2**40), st.integers(1, 2**40))
def test_any_number_of_equal_ballots_is_counted(first, second, third):
    pairs = compared(ranked(2, [(first, "a>b"), (second, "b"), (third, "ab")]))
    assert pairs == ((0, first), (second, 0))


def test_many_options_are_compared_as_well_as_few():
    election = by_definition.Election(
        by_definition.BallotPaper(
            by_definition.BallotKind.RANKING,
            tuple(by_definition.Option(f"o{i}", f"案{i}") for i in range(200)),
        ),
        rankings={bytes(range(200)): 3, bytes(reversed(range(200))): 2, bytes([255]) * 199 + bytes([0]): 4},
    )
    pairs = compared(election)
    assert (pairs[0][1], pairs[1][0], pairs[198][199], pairs[199][198]) == (3, 2, 3, 6)


def test_a_cycle_has_no_condorcet_winner_and_its_smith_set_is_told():
    election = ranked(4, [(number, groups + ">d") for number, groups in CYCLE])
    outcome = condorcet(election, lot=lot(election))
    assert outcome.winners == ()
    assert codes_of(election, outcome.steps[-1].options) == {"a", "b", "c"}
    assert condorcet_loser(outcome.pairs) == 3


def test_schulze_breaks_a_cycle_at_its_weakest_victory():
    election = ranked(3, CYCLE)
    outcome = schulze(election, seats=3, lot=lot(election))
    assert won(election, outcome) == "abc"


def test_the_example_with_forty_five_voters_gives_e_and_the_whole_order():
    election = ranked(5, FORTY_FIVE)
    assert won(election, schulze(election, seats=5, lot=lot(election))) == "eacbd"


def test_who_beats_everybody_wins_though_few_put_it_first():
    election = ranked(3, [(40, "a>c>b"), (35, "b>c>a"), (25, "c>a>b")])
    assert won(election, condorcet(election, lot=lot(election))) == "c"
    assert won(election, schulze(election, seats=1, lot=lot(election))) == "c"


def test_scores_are_compared_as_the_order_that_they_amount_to():
    election = pointed(3, [(2, {"a": 5, "b": 3}), (1, {"c": 4, "a": -1})])
    assert compared(election) == ((0, 2, 2), (1, 0, 2), (1, 1, 0))


def test_where_everybody_ties_all_options_the_lot_decides():
    election = ranked(2, [(3, ["ab"])])
    outcome = schulze(election, seats=1, lot=lot(election))
    assert outcome.winners == (lot(election).first([0, 1]),)
    assert [step.kind for step in outcome.steps].count("lot") == 1


def test_without_ballots_nobody_wins():
    election = ranked(3, [])
    assert schulze(election, seats=1, lot=lot(election)).winners == ()
    assert condorcet(election, lot=lot(election)).winners == ()
