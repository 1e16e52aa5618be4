"""Who may be told, follow and read: a table."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system, visitor
from participation.access.rules import can
from tests.support.people import a_member_of_staff, a_resident, actor_of


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("notices.tell", {"system"}),
        ("notices.follow", {"resident", "system"}),
        ("notices.read", {"resident", "staff", "system"}),
    ],
)
def test_who_may(app, action, allowed) -> None:
    people = {
        "visitor": visitor(),
        "resident": actor_of(a_resident()),
        "staff": actor_of(a_member_of_staff(Role.OFFICER)),
        "system": system("tests"),
    }
    assert {name for name, actor in people.items() if can(actor, action)} == allowed
