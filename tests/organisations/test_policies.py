"""Who may do what, as a table."""

from __future__ import annotations

import pytest

from participation.access.actors import Actor, Role
from participation.access.rules import can_ever

MAY = {
    "organisations.load_sections": {Role.ADMINISTRATOR},
    "organisations.load_posts": {Role.ADMINISTRATOR},
    "organisations.register": {Role.ADMINISTRATOR, Role.OFFICER},
    "organisations.ask_for_registration": {Role.RESIDENT, Role.DELEGATE},
    "organisations.read_desk": {Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR},
    "organisations.change": {Role.ADMINISTRATOR, Role.OFFICER, Role.RESIDENT, Role.DELEGATE},
    "organisations.withdraw": {Role.ADMINISTRATOR, Role.OFFICER, Role.RESIDENT, Role.DELEGATE},
    "organisations.confirm": {Role.ADMINISTRATOR, Role.OFFICER},
}


@pytest.mark.parametrize("action", sorted(MAY))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_these_roles_may_ever(app, action, role):
    assert bool(can_ever(Actor(roles=frozenset({role})), action)) is (role in MAY[action])
