"""Who may do what, as a table."""

from __future__ import annotations

import pytest

from participation.access.actors import EVERY_STAFF_ROLE, Actor, Role
from participation.access.rules import can_ever

MAY = {
    "people.list_staff": {Role.ADMINISTRATOR, Role.AUDITOR},
    "people.invite_staff": {Role.ADMINISTRATOR},
    "people.change_roles": {Role.ADMINISTRATOR},
    "people.suspend": {Role.ADMINISTRATOR},
    "people.appoint_to_post": {Role.ADMINISTRATOR},
    "people.note_absence": EVERY_STAFF_ROLE,
    "people.appoint_delegate": {Role.ADMINISTRATOR, Role.OFFICER, Role.RESIDENT, Role.DELEGATE},
    "people.read_delegates": {Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR, Role.RESIDENT, Role.DELEGATE},
    "people.register_organisation": {Role.RESIDENT, Role.DELEGATE},
    "people.manage_organisation": {Role.RESIDENT, Role.DELEGATE},
    "people.accept_invitation": {Role.RESIDENT, Role.DELEGATE},
    "people.resign": {Role.RESIDENT, Role.DELEGATE},
    "people.forget_invitations": set(),
    "people.register": {Role.VISITOR, Role.RESIDENT, Role.DELEGATE},
    "people.erase_own": {Role.RESIDENT, Role.DELEGATE},
}


@pytest.mark.parametrize("action", sorted(MAY))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_these_roles_may_ever(app, action, role):
    assert bool(can_ever(Actor(roles=frozenset({role})), action)) is (role in MAY[action])
