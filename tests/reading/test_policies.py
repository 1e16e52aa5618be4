"""Who may do what with what was read, as a table."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role

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


def actor(role):
    return Actor(roles=frozenset({role}), person_id=None if role is Role.VISITOR else 7)


@pytest.mark.parametrize(
    ("action", "may"),
    [
        ("reading.see_coverage", STAFF),
        ("reading.set_population", {Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR}),
        ("reading.find_alike", STAFF - {Role.ANALYST}),
        ("reading.compare", {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}),
        ("reading.watch", STAFF - {Role.ANALYST}),
        ("reading.index", {Role.ADMINISTRATOR}),
        ("reading.see_drafts", STAFF - {Role.ANALYST}),
        ("reading.ask_machine", {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}),
        ("reading.decide_draft", {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}),
        ("reading.note_answer", set()),
    ],
)
def test_each_action_is_for_its_roles(app, action, may):
    assert {role for role in EVERY if access.can(actor(role), action)} == may
