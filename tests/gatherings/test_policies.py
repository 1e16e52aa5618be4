"""Who may do what with gatherings, as one table: role × action."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role, visitor

STAFF = {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}
DOOR = STAFF | {Role.SCREENER}
EVERYBODY = {Role.VISITOR, Role.RESIDENT, Role.DELEGATE}
DESK = DOOR | {Role.APPROVER, Role.ANALYST, Role.AUDITOR}
TABLE = {
    "gatherings.draft": STAFF,
    "gatherings.change": STAFF,
    "gatherings.announce": STAFF,
    "gatherings.cancel": STAFF,
    "gatherings.note_held": DOOR,
    "gatherings.read_desk": DESK,
    "gatherings.register": EVERYBODY,
    "gatherings.enter_registration": DOOR,
    "gatherings.change_registration": EVERYBODY | DOOR,
    "gatherings.look_at_attendee": DOOR,
    "gatherings.look_at_needs": DOOR,
    "gatherings.note_told": DOOR,
    "gatherings.keep_door": DOOR,
    "gatherings.speak": EVERYBODY,
    "gatherings.write_record": STAFF,
    "gatherings.approve_record": {Role.APPROVER, Role.EDITOR, Role.ADMINISTRATOR},
    "gatherings.draw": STAFF,
    "gatherings.take_codes": STAFF,
    "gatherings.remind": {Role.SYSTEM},
    "gatherings.forget_attendees": {Role.SYSTEM},
}


@pytest.mark.parametrize("action", sorted(TABLE))
def test_each_action_is_open_to_the_roles_of_the_table_and_to_no_other(app, action):
    may = {
        role
        for role in Role
        if role is not Role.SYSTEM and rules.can_ever(Actor(roles=frozenset({role}), person_id=1), action)
    }
    assert may == TABLE[action] - {Role.SYSTEM}


def test_the_table_is_complete(app):
    assert {rule.action for rule in rules.all_rules() if rule.action.startswith("gatherings.")} == set(TABLE)


def test_a_visitor_is_not_asked_to_log_in_in_order_to_register():
    assert rules.can_ever(visitor(), "gatherings.register")
