"""Staff read topics; analysts and editors have them made; nobody changes what was signed off; residents get nothing."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role, system, visitor
from participation.reading.domain.runs import TopicsStatus
from participation.reading.models import TopicRun


def actor(role):
    return Actor(roles=frozenset({role}))


@pytest.mark.parametrize(
    ("action", "yes", "no"),
    [
        ("reading.read", {Role.ANALYST, Role.AUDITOR, Role.OFFICER}, {Role.RESIDENT, Role.DISTRICT_OFFICE}),
        ("reading.sort", {Role.ANALYST, Role.EDITOR}, {Role.OFFICER, Role.AUDITOR, Role.RESIDENT}),
        ("reading.change_topics", {Role.OFFICER, Role.ANALYST}, {Role.APPROVER, Role.AUDITOR}),
        ("reading.sign_off", {Role.EDITOR}, {Role.OFFICER}),
        ("reading.label", {Role.SCREENER}, {Role.AUDITOR}),
        ("reading.record", {Role.SYSTEM}, {Role.ADMINISTRATOR}),
    ],
)
def test_who_may(app, action, yes, no):
    assert all(access.can(actor(role), action) for role in yes)
    assert not any(access.can(actor(role), action) for role in no)
    assert not access.can(visitor(), action)


def test_what_was_signed_off_is_not_changed(app):
    run = TopicRun(status=TopicsStatus.SIGNED_OFF)
    assert not access.can(actor(Role.ANALYST), "reading.change_topics", run)
    assert access.can(system("x"), "reading.record")
