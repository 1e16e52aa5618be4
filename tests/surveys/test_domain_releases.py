"""Open data: whose attributes few share has none."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from participation.surveys.domain.releases import LEAST_ALIKE, hide_rare

lines = st.lists(
    st.tuples(st.sampled_from(["若い", "高い", ""]), st.sampled_from(["北", "南", "東"]), st.just("答え")),
    max_size=80,
)


@given(lines)
def test_every_combination_that_is_left_is_shared_by_five(given_lines):
    changed = [list(line) for line in given_lines]
    count = hide_rare(changed, [0, 1])
    left = Counter((line[0], line[1]) for line in changed)
    rare = {key for key, number in left.items() if number < LEAST_ALIKE and key != ("", "")}
    assert not rare
    assert all(line[2] == "答え" for line in changed), "answers stay"
    assert count == sum(
        before[:2] != tuple(after[:2]) for before, after in zip(given_lines, changed, strict=True)
    )
    if count and len(changed) >= LEAST_ALIKE:
        assert left["", ""] >= LEAST_ALIKE, "the empty ones are not the rare ones alone"


def test_without_attributes_nothing_is_hidden():
    assert hide_rare([["x"]], []) == 0
