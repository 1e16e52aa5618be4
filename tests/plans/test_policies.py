"""Who may do what with plans."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.access import rules as access
from participation.access.actors import Actor, Role
from participation.plans.models import PlanNode, PlanVersion

ADMINISTRATOR, EDITOR, APPROVER = Role.ADMINISTRATOR, Role.EDITOR, Role.APPROVER
STAFF = {
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
}
WHO = {
    "plans.read_desk": STAFF,
    "plans.import": {EDITOR, ADMINISTRATOR},
    "plans.publish": {APPROVER, ADMINISTRATOR},
    "plans.open_node": {EDITOR, ADMINISTRATOR},
    "plans.close_node": {EDITOR, ADMINISTRATOR},
    "plans.edit_summary": {EDITOR, ADMINISTRATOR},
    "plans.link_related": {EDITOR, APPROVER, ADMINISTRATOR},
    "plans.keep_draft": {EDITOR, ADMINISTRATOR},
    "plans.discard_draft": {EDITOR, ADMINISTRATOR},
    "plans.load": {ADMINISTRATOR},
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
@pytest.mark.parametrize("action", WHO)
def test_an_action_is_open_to_its_roles_and_to_nobody_else(app: Flask, action: str, role: Role):
    decision = access.can_ever(Actor(roles=frozenset({role})), action)
    assert bool(decision) is (role in WHO[action])
    assert decision or decision.reason


def test_every_action_of_plans_is_in_the_table(app: Flask):
    assert {rule.action for rule in access.all_rules() if rule.action.startswith("plans.")} == set(WHO)


def test_what_left_the_plan_cannot_be_opened_and_what_is_published_not_again(app: Flask, clock):
    editor = Actor(roles=frozenset({EDITOR, APPROVER}))
    assert not access.can(editor, "plans.open_node", PlanNode(standing=False))
    assert access.can(editor, "plans.open_node", PlanNode(standing=True))
    assert not access.can(editor, "plans.publish", PlanVersion(published_at=clock.moment))
    assert access.can(editor, "plans.publish", PlanVersion(published_at=None))
