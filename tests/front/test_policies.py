"""Who may do what, as a table."""

from __future__ import annotations

import pytest

from participation.access.actors import Actor, Role
from participation.access.rules import can_ever

MAY = {
    "front.my_page": set(Role) - {Role.VISITOR, Role.SYSTEM},
}


@pytest.mark.parametrize("action", sorted(MAY))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_these_roles_may_ever(app, action, role):
    assert bool(can_ever(Actor(roles=frozenset({role})), action)) is (role in MAY[action])
