"""Stages and resources as data, an idea in one piece and back, and how far a call is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.challenges.domain import (
    CallState,
    IdeaText,
    call_state,
    first_stage,
    resource_names,
    resources,
    stages,
    title_of,
)


def test_every_stage_can_be_reached_and_a_final_one_leads_nowhere():
    reached = {first_stage().code} | {code for stage in stages().values() for code in stage.follows}
    assert reached == stages().keys()
    assert all(bool(stage.follows) is not stage.is_final for stage in stages().values())
    assert first_stage().takes_ideas


def test_resources_are_named_and_one_the_ward_dropped_keeps_its_code():
    assert resource_names(["people", "gone"]) == f"{resources()['people']}、gone"


_LINES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


@settings(max_examples=50)
@given(title=_LINES, idea=_LINES, brings=st.one_of(st.just(""), _LINES))
def test_an_idea_comes_back_from_one_piece_in_its_parts(title, idea, brings):
    text = IdeaText(title, f"{idea}\n\n{idea}", brings)
    assert IdeaText.read(text.body()) == text
    assert title_of(text.body()) == title


@pytest.mark.parametrize(
    ("closed", "until", "state"),
    [
        (False, None, CallState.OPEN),
        (False, date(2026, 11, 22), CallState.OPEN),
        (False, date(2026, 11, 21), CallState.OVER),
        (True, date(2026, 12, 1), CallState.CLOSED),
    ],
)
def test_the_last_day_of_applying_is_open_and_a_closed_call_is_closed(closed, until, state):
    closed_at = datetime(2026, 11, 1, tzinfo=UTC) if closed else None
    assert call_state(closed_at=closed_at, apply_until=until, today=date(2026, 11, 22)) is state
