"""Who may be told, follow and read: a table."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system, visitor
from participation.access.rules import can
from participation.notices.models import LetterBatch
from tests.support.people import a_member_of_staff, a_resident, actor_of


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("notices.tell", {"system"}),
        ("notices.follow", {"resident", "system"}),
        ("notices.read", {"resident", "staff", "system"}),
        ("notices.read_deliveries", {"staff", "system"}),
        ("notices.mail_again", {"staff", "system"}),
        ("notices.prepare_letters", {"staff", "system"}),
        ("notices.note_posted", {"staff", "system"}),
        ("notices.hand_over", {"staff", "system"}),
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


def test_a_batch_is_printed_once_or_again_on_purpose(app, clock) -> None:
    officer = actor_of(a_member_of_staff(Role.OFFICER))
    fresh, printed = LetterBatch(number=1), LetterBatch(number=2, printed_at=clock.moment)
    assert can(officer, "notices.print_letters", fresh, False)
    assert not can(officer, "notices.print_letters", printed, False)
    assert can(officer, "notices.print_letters", printed, True)
    assert not can(officer, "notices.print_letters", LetterBatch(cancelled_at=clock.moment), True)


@pytest.mark.parametrize("role", [Role.SCREENER, Role.APPROVER, Role.AUDITOR, Role.ANALYST])
def test_who_writes_no_letters_sees_deliveries_only(app, role) -> None:
    actor = actor_of(a_member_of_staff(role))
    assert can(actor, "notices.read_deliveries")
    assert not can(actor, "notices.prepare_letters")
    assert not can(actor, "notices.hand_over")
