"""The challenge of the demo, its ideas, and the board."""

from __future__ import annotations

from flask import Flask

from participation.access.actors import visitor
from participation.challenges import queries
from participation.projects import queries as projects


def test_the_demo_shows_a_challenge_with_two_ideas_and_a_call_with_applications(demo_ward: Flask) -> None:
    (challenge,) = queries.list_challenges().rows
    assert (challenge.idea_count, challenge.takes_ideas) == (2, True)
    (call,) = queries.list_calls(visitor()).rows
    assert (call.application_count, call.accepted_count) == (2, 1)
    page = queries.show_call(call.public_id, visitor())
    assert (page.agreed.agreed, len(page.agreed.minority), len(page.changes)) == (1, 1, 1)
    origins = {
        queries.show_idea(row.public_id, visitor()).links[0].said_by
        for row in queries.list_ideas(visitor()).rows
    }
    assert origins == {"アイデアを出した人", "区の職員"}


def test_the_demo_has_a_project_that_gathers_them_with_an_item_of_the_plan(demo_ward: Flask) -> None:
    page = projects.show_project(projects.get_published("machi-no-ibasho"), visitor())
    assert [name for name, _ in page.groups] == ["計画の項目", "区政課題", "アイデア", "協力の募集"]
