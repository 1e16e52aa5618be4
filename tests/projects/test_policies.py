"""Who may set up, publish and end projects."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("projects.write", {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}),
        ("projects.publish", {Role.OFFICER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR}),
        ("projects.end", {Role.OFFICER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR}),
    ],
)
def test_only_these_roles_may(app, action, allowed):
    roles = set(Role) - {Role.SYSTEM}
    assert {role for role in roles if access.can_ever(Actor(roles=frozenset({role})), action)} == allowed
