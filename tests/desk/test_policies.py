"""Who may do what at the desk: one row per action and role."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role

O, S, E, P, N, A, U, D = (  # noqa: E741
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.DISTRICT_OFFICE,
)
TABLE = {
    "desk.open": {O, S, E, P, N, A, U, D},
    "desk.read_register": {O, S, E, P, A, U},
    "desk.export_register": {O, S, E, P, A, U},
    "desk.act": {O, S, E, A},
    "desk.undo": {O, S, E, A},
    "desk.read_looks": {A, U},
    "desk.see_runs": {O, S, E, P, N, A, U},
    "desk.steer_run": {O, S, E, P, N, A},
}


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_the_door_of_every_action_is_open_to_these_roles_only(app, action, role):
    assert bool(rules.can_ever(Actor(roles=frozenset({role})), action)) is (role in TABLE[action])


def test_every_action_of_the_slice_stands_in_the_table(app):
    assert {rule.action for rule in rules.all_rules() if rule.action.startswith("desk.")} == set(TABLE)
