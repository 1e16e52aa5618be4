"""Who may do what with consultations: one row each."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role, system, visitor
from tests.support.builders.consultations import a_planned_consultation
from tests.support.people import a_section

pytestmark = pytest.mark.usefixtures("app")

DECIDERS = {Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR}
TABLE = {
    "consultations.open": DECIDERS,
    "consultations.extend": DECIDERS,
    "consultations.close": DECIDERS,
    "consultations.publish_result": DECIDERS,
    "consultations.not_conduct": DECIDERS,
    "consultations.change": {Role.EDITOR, Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.VISITOR)])
def test_who_may_act_on_a_consultation_of_no_section(action: str, role: Role) -> None:
    consultation = a_planned_consultation()
    actor = Actor(frozenset({role}), person_id=1)
    assert bool(access.can(actor, action, consultation)) is (role in TABLE[action])


def test_officers_work_for_their_own_section_only() -> None:
    own, other = a_section("広報課"), a_section("防災課")
    officer = Actor(frozenset({Role.OFFICER}), person_id=1, section_id=own.id)
    assert access.can(officer, "consultations.draft", own.id)
    assert not access.can(officer, "consultations.draft", other.id)
    assert not access.can(officer, "consultations.draft", None)
    assert access.can(officer, "consultations.change", a_planned_consultation(section_id=own.id))
    decision = access.can(officer, "consultations.change", a_planned_consultation(section_id=other.id))
    assert "ほかの課" in decision.reason


def test_visitors_change_nothing_and_the_system_may() -> None:
    consultation = a_planned_consultation()
    for action in TABLE:
        assert not access.can(visitor(), action, consultation)
        assert access.can(system("demo"), action, consultation)
