"""Who may do what with opinion maps, as a table."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role, visitor
from participation.opinion_map.domain.maps import Audience, MapStatus
from participation.opinion_map.models import OpinionMap

EVERY = (
    Role.VISITOR,
    Role.RESIDENT,
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
STAFF = set(EVERY[2:])
EDITORS = {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}


def actor(role):
    return Actor(roles=frozenset({role}), person_id=None if role is Role.VISITOR else 7)


@pytest.mark.parametrize(
    ("action", "may"),
    [
        ("opinion_map.read_desk", STAFF),
        ("opinion_map.draft", EDITORS),
        ("opinion_map.decide_statement", EDITORS | {Role.SCREENER}),
        ("opinion_map.compute", {Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR}),
        ("opinion_map.name_group", {Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR}),
        ("opinion_map.publish", {Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR}),
        ("opinion_map.take_in", {Role.ANALYST, Role.ADMINISTRATOR}),
        ("opinion_map.recount", {Role.ADMINISTRATOR}),
        ("opinion_map.follow_register", set()),
    ],
)
def test_each_action_is_for_its_roles(app, action, may):
    assert {role for role in EVERY if access.can(actor(role), action)} == may


@pytest.mark.parametrize("status", list(MapStatus))
def test_what_can_be_done_with_a_map_follows_its_state(app, status):
    opinion_map = OpinionMap(status=status, audience=Audience.ANYONE, takes_statements=True)
    editor = actor(Role.EDITOR)
    may = {
        verb
        for verb in ("change", "open", "close", "seed")
        if access.can(editor, f"opinion_map.{verb}", opinion_map)
    }
    assert (
        may
        == {
            MapStatus.DRAFT: {"change", "open", "seed"},
            MapStatus.OPEN: {"close", "seed"},
            MapStatus.CLOSED: set(),
        }[status]
    )
    assert bool(access.can(visitor("v"), "opinion_map.vote", opinion_map)) is (status is not MapStatus.DRAFT)


@pytest.mark.parametrize(("audience", "may"), [(Audience.ANYONE, True), (Audience.ACCOUNT, False)])
def test_visitors_vote_and_offer_where_an_account_is_not_needed(app, audience, may):
    opinion_map = OpinionMap(status=MapStatus.OPEN, audience=audience, takes_statements=True)
    assert bool(access.can(visitor("v"), "opinion_map.vote", opinion_map)) is may
    assert bool(access.can(visitor("v"), "opinion_map.offer", opinion_map)) is may
    assert access.can(actor(Role.RESIDENT), "opinion_map.vote", opinion_map)
    opinion_map.takes_statements = False
    assert not access.can(actor(Role.RESIDENT), "opinion_map.offer", opinion_map)
