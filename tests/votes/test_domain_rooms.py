"""Entries of ballots on paper: short to type, exact, and wrong ones told by their line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.votes.domain import VoteKind
from participation.votes.domain.ballots import Option
from participation.votes.domain.marking import Limits, paper_of
from participation.votes.domain.rooms import differences, read_entries, written_out

OPTIONS = tuple(Option(f"o{n}", f"案{n}", n * 100) for n in range(1, 5))
BUDGET = paper_of(VoteKind.BUDGET, OPTIONS, Limits(budget=500))
RANKING = paper_of(VoteKind.RANKING, OPTIONS, Limits())
POINTS = paper_of(VoteKind.POINTS, OPTIONS, Limits(points=10))


def test_lines_are_ballots_in_numbers_of_options():
    assert read_entries(BUDGET, "1 3\n３　１ ×２\n\n無効\n4") == {"o1,o3": 3, "o4": 1, "無効": 1}
    assert read_entries(RANKING, "2 1 3 x4\n2>1>3") == {"o2>o1>o3": 5}
    assert read_entries(POINTS, "1:5、2:5 *3") == {"o1:5,o2:5": 3}


@pytest.mark.parametrize(
    ("paper", "text", "words"),
    [
        (BUDGET, "1\n2 4", "2行目.*こえています"),
        (BUDGET, "5", "1行目.*番号の選択肢はありません"),
        (BUDGET, "1 1", "1行目.*2回"),
        (BUDGET, "1 x0", "枚数は1から"),
        (BUDGET, "\n \n", "1枚も"),
        (RANKING, "1 1", "2回"),
        (POINTS, "1 2", "番号:点"),
        (POINTS, "1:5 2:4", "足りません"),
        (BUDGET, "<script>", "番号の選択肢はありません"),
    ],
)
def test_a_line_that_cannot_be_counted_is_told(paper, text, words):
    with pytest.raises(Refused, match=words):
        read_entries(paper, text)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.permutations(["o1", "o2", "o3", "o4"]).map(lambda order: ">".join(order[:2])),
        st.integers(1, 30),
        min_size=1,
    )
)
def test_an_entry_is_shown_again_as_it_could_be_typed(counts):
    counts = {**dict(sorted(counts.items())), "無効": 2}
    assert read_entries(RANKING, written_out(RANKING, counts)) == counts
    assert differences(RANKING, counts, counts) == []


def test_what_differs_is_told_in_words():
    (one, other) = differences(RANKING, {"o1>o2": 3}, {"o1>o2": 2, "無効": 1})
    assert (one.ballot, one.first, one.second) == ("1位：案1、2位：案2", 3, 2)
    assert (other.ballot, other.first, other.second) == ("無効", 0, 1)
