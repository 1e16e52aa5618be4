"""The challenge of the demo, its ideas, and the board."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import visitor
from participation.challenges import queries


def test_the_demo_shows_a_challenge_with_two_ideas_and_a_call_with_applications(demo_ward: Flask) -> None:
    (challenge,) = queries.list_challenges().rows
    assert (challenge.idea_count, challenge.takes_ideas) == (2, True)
    (call,) = queries.list_calls(visitor()).rows
    assert (call.application_count, call.accepted_count) == (2, 1)
    origins = {
        queries.show_idea(row.public_id, visitor()).links[0].said_by
        for row in queries.list_ideas(visitor()).rows
    }
    assert origins == {"アイデアを出した人", "区の職員"}
