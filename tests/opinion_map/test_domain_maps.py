"""The small rules of a map: when it is open, when its picture is seen, when it is computed anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.consultations.domain import State, state_at
from participation.opinion_map.domain.maps import (
    ANSWER_OF,
    MapAnswer,
    MapStatus,
    ResultsShown,
    is_due,
    shows_picture,
)

OPENS = datetime(2026, 11, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=14)


def test_the_period_is_half_open():
    moments = (OPENS - timedelta(seconds=1), OPENS, CLOSES - timedelta(microseconds=1), CLOSES)
    assert [state_at(MapStatus.OPEN, OPENS, CLOSES, at) for at in moments] == [
        State.COMING,
        State.OPEN,
        State.OPEN,
        State.CLOSED,
    ]
    assert state_at(MapStatus.DRAFT, OPENS, CLOSES, OPENS) is State.DRAFT
    assert state_at(MapStatus.CLOSED, OPENS, CLOSES, OPENS) is State.CLOSED


def test_the_picture_is_hidden_until_the_closing_only_where_it_was_decided_so():
    seen = {(shown, state) for shown in ResultsShown for state in State if shows_picture(shown, state)}
    assert seen == {
        (ResultsShown.LIVE, State.OPEN),
        (ResultsShown.LIVE, State.CLOSED),
        (ResultsShown.AFTER_CLOSING, State.CLOSED),
    }


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2_000))
def test_a_map_is_due_after_ten_changes_and_a_twentieth(at_run, more):
    assert is_due(at_run + more, at_run) is (more >= 10 and more >= at_run // 20)


def test_every_answer_has_its_number():
    assert {ANSWER_OF[answer.value_of_vote] for answer in MapAnswer} == set(MapAnswer)
