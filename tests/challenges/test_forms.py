"""What forms make of what is typed."""

from __future__ import annotations

from datetime import UTC, datetime

from participation.challenges.forms import last_day


def test_a_deadline_is_shown_as_the_last_day_on_which_ideas_are_taken():
    assert last_day(datetime(2026, 11, 22, 15, 0, tzinfo=UTC)).isoformat() == "2026-11-22"
    assert last_day(None) is None
