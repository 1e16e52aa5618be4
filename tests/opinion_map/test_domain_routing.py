"""What is asked next: urgent statements more often, the same for the same voter at the same point."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.opinion_map.domain.routing import Candidate, next_of, priority_of

COUNTS = st.integers(min_value=0, max_value=400)
CANDIDATES = st.builds(
    Candidate,
    number=st.integers(1, 50),
    agree=COUNTS,
    disagree=COUNTS,
    passed=COUNTS,
    extremity=st.floats(0, 12),
)


def test_priorities_are_not_constant():
    kinds = [
        Candidate(1),
        Candidate(2, agree=40, disagree=2, passed=3, extremity=0.2),
        Candidate(3, agree=20, disagree=20, passed=3, extremity=3.0),
        Candidate(4, agree=3, disagree=2, passed=40),
    ]
    assert len({round(priority_of(each), 9) for each in kinds}) == len(kinds)


def test_the_priority_is_that_of_the_published_formula():
    # importance = (1 − 4/47)·(0.5 + 1)·(31/47); priority = (importance · (1 + 8·2⁻⁹))²
    expected = ((1 - 4 / 47) * 1.5 * (31 / 47) * (1 + 8 * 2**-9)) ** 2
    assert abs(priority_of(Candidate(1, agree=30, disagree=12, passed=3, extremity=0.5)) - expected) < 1e-12


@settings(max_examples=60, deadline=None)
@given(CANDIDATES)
def test_every_priority_is_a_positive_number_and_passes_lower_it(each):
    passed_over = Candidate(each.number, each.agree, each.disagree, each.passed + 20, each.extremity)
    assert 0 < priority_of(passed_over) < priority_of(each)


def test_a_new_statement_is_drawn_more_often_than_one_that_many_passed_over():
    both = [Candidate(1, agree=5, disagree=5, passed=90), Candidate(2)]
    drawn = Counter(next_of(both, f"voter {n}", 0).number for n in range(200))
    assert drawn[2] > 190


def test_the_same_voter_finds_the_same_statement_again_and_others_find_others():
    some = [Candidate(n) for n in range(1, 21)]
    assert next_of(some, "a", 3) == next_of(list(reversed(some)), "a", 3)
    assert len({next_of(some, f"v{n}", 0).number for n in range(100)}) > 10
    assert len({next_of(some, "a", n).number for n in range(20)}) > 5
    assert next_of([], "a", 0) is None
