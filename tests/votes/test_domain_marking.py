"""A ballot as it is stored: one way of writing, and everything that cannot be counted refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain import VoteKind
from participation.votes.domain.ballots import BadBallot, Option
from participation.votes.domain.marking import Limits, checked, contents, election, in_lines, paper_of

OPTIONS = tuple(Option(f"o{n}", f"案{n}", n * 100) for n in range(1, 5))
PAPERS = {
    VoteKind.SINGLE: paper_of(VoteKind.SINGLE, OPTIONS, Limits(most=1)),
    VoteKind.APPROVAL: paper_of(VoteKind.APPROVAL, OPTIONS, Limits(least=1, most=2)),
    VoteKind.SCORE: paper_of(VoteKind.SCORE, OPTIONS, Limits()),
    VoteKind.RANKING: paper_of(VoteKind.RANKING, OPTIONS, Limits(least=2)),
    VoteKind.PRIORITIES: paper_of(VoteKind.PRIORITIES, OPTIONS, Limits()),
    VoteKind.POINTS: paper_of(VoteKind.POINTS, OPTIONS, Limits(points=10)),
    VoteKind.BUDGET: paper_of(VoteKind.BUDGET, OPTIONS, Limits(budget=500)),
    VoteKind.BUDGET_POINTS: paper_of(VoteKind.BUDGET_POINTS, OPTIONS, Limits(points=10)),
}
BAD = [
    (VoteKind.SINGLE, "o9"),
    (VoteKind.SINGLE, "o1,o2"),
    (VoteKind.SINGLE, ""),
    (VoteKind.APPROVAL, "o1,o2,o3"),
    (VoteKind.APPROVAL, "o1,o1"),
    (VoteKind.APPROVAL, ""),
    (VoteKind.SCORE, "o1:6"),
    (VoteKind.SCORE, "o1:-1"),
    (VoteKind.SCORE, "o1:NaN"),
    (VoteKind.SCORE, "o1:1e3"),
    (VoteKind.SCORE, "o1:1,o1:2"),
    (VoteKind.SCORE, "o1:5,x:1"),
    (VoteKind.RANKING, "o1"),
    (VoteKind.RANKING, "o1>o1"),
    (VoteKind.RANKING, "o1>>o2"),
    (VoteKind.RANKING, "o1>o9"),
    (VoteKind.PRIORITIES, "o1>o2>o3>o4"),
    (VoteKind.POINTS, "o1:9"),
    (VoteKind.POINTS, "o1:11"),
    (VoteKind.POINTS, "o1:10000000"),
    (VoteKind.POINTS, "o1"),
    (VoteKind.BUDGET, "o2,o4"),
    (VoteKind.BUDGET_POINTS, "o1:4,o2:5"),
]


@pytest.mark.parametrize(("kind", "content"), BAD)
def test_what_cannot_be_counted_is_refused_in_japanese(kind, content):
    with pytest.raises(BadBallot) as refusal:
        checked(PAPERS[kind], content)
    assert any("ぁ" <= character <= "ん" for character in str(refusal.value))


@pytest.mark.parametrize(
    ("kind", "sent", "stored"),
    [
        (VoteKind.APPROVAL, "o3,o1", "o1,o3"),
        (VoteKind.SCORE, "o3:0,o1:5", "o1:5,o3:0"),
        (VoteKind.POINTS, "o3:0,o2:4,o1:6", "o1:6,o2:4"),
        (VoteKind.RANKING, "o3>o1", "o3>o1"),
        (VoteKind.BUDGET, "o4,o1", "o1,o4"),
    ],
)
def test_equal_ballots_are_written_alike(kind, sent, stored):
    assert checked(PAPERS[kind], sent) == stored


def test_a_ballot_reads_as_its_voter_wrote_it():
    assert in_lines(PAPERS[VoteKind.RANKING], "o3>o1") == ["1位：案3", "2位：案1"]
    assert in_lines(PAPERS[VoteKind.POINTS], "o1:6,o2:4") == ["案1：6点", "案2：4点"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.permutations(["o1", "o2", "o3", "o4"]).flatmap(
                lambda order: st.integers(2, 4).map(lambda n: ">".join(order[:n]))
            ),
            st.integers(1, 9),
        ),
        unique_by=lambda row: row[0],
    )
)
def test_ballots_go_into_an_election_and_come_out_as_they_were(rows):
    made = election(PAPERS[VoteKind.RANKING], rows, title="", budget=None)
    assert made.voters == sum(count for _, count in rows)
    assert contents(made) == sorted(rows)


def test_marks_and_points_come_out_as_they_were():
    for kind, rows in {
        VoteKind.BUDGET: [("o1,o4", 2), ("o3", 1)],
        VoteKind.POINTS: [("o1:6,o2:4", 3), ("o4:10", 1)],
    }.items():
        assert contents(election(PAPERS[kind], rows, title="", budget=500)) == rows
