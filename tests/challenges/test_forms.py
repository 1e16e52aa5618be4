"""What forms make of what stands there."""

from __future__ import annotations

from datetime import UTC, datetime

from participation.challenges.forms import challenge_values
from participation.challenges.models import Challenge


def test_a_deadline_is_shown_as_the_last_day_on_which_ideas_are_taken():
    until = Challenge(closes_at=datetime(2026, 11, 22, 15, 0, tzinfo=UTC), version=1)
    assert challenge_values(until, [])["closes_on"].isoformat() == "2026-11-22"
    assert challenge_values(Challenge(version=1), [])["closes_on"] is None
