"""Votes: kinds, periods, and when figures may be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.consultations.domain import State, state_at
from participation.votes.domain import ADVISORY, ResultsShown, VoteKind, VoteStatus, shows_figures
from tests.conftest import MOMENT
from tests.support.builders.votes import a_vote_draft


def test_a_stance_vote_brings_its_three_options_and_a_single_one_takes_them_from_staff():
    stance = a_vote_draft(subject_id=1, labels=("無視される",))
    assert [option.label for _, option in stance.options()] == ["賛成", "反対", "どちらともいえない"]
    single = a_vote_draft(subject_id=1, kind=VoteKind.SINGLE, labels=("公園", "図書館"))
    assert [(code, option.label) for code, option in single.options()] == [("o1", "公園"), ("o2", "図書館")]


def test_a_period_is_open_from_its_first_moment_and_closed_at_its_last():
    end = MOMENT + timedelta(days=1)
    assert state_at(VoteStatus.OPEN, MOMENT, end, MOMENT) is State.OPEN
    assert state_at(VoteStatus.OPEN, MOMENT, end, MOMENT - timedelta(microseconds=1)) is State.COMING
    assert state_at(VoteStatus.OPEN, MOMENT, end, end) is State.CLOSED
    assert state_at(VoteStatus.CLOSED, MOMENT, end, MOMENT) is State.CLOSED
    assert state_at(VoteStatus.DRAFT, MOMENT, end, MOMENT) is State.DRAFT


@pytest.mark.parametrize(
    ("shown", "state", "visible"),
    [
        (ResultsShown.LIVE, State.OPEN, True),
        (ResultsShown.LIVE, State.CLOSED, True),
        (ResultsShown.LIVE, State.COMING, False),
        (ResultsShown.AFTER_CLOSING, State.OPEN, False),
        (ResultsShown.AFTER_CLOSING, State.COMING, False),
        (ResultsShown.AFTER_CLOSING, State.CLOSED, True),
    ],
)
def test_figures_are_seen_when_the_vote_says_so(shown, state, visible):
    assert shows_figures(shown, state) is visible


def test_the_words_never_promise_an_election():
    assert "選挙" not in ADVISORY
    assert "住民投票" not in ADVISORY
