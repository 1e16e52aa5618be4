"""Delegate × term × act: who may ask, agree and carry out."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Right, visitor
from participation.agreements import commands
from participation.challenges.domain import CallDraft, CallSide
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from tests.support.builders.proposals import a_team
from tests.support.people import a_delegate, a_resident, actor_of

WORDS = CallDraft(CallSide.NEEDS, "人手", "週に一度", ("people",)).as_words()


def a_waiting():
    organisation, writer = a_team()
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).approvals_needed = 1
        agreement = commands.ask(organisation.id, "challenges.call", WORDS, by=actor_of(writer))
    return organisation, agreement


@pytest.mark.parametrize("right", Right)
def test_each_right_opens_its_own_door_only(app, right):
    organisation, agreement = a_waiting()
    actor = actor_of(a_delegate(organisation, rights=[right]))
    assert rules.can(actor, "agreements.read", agreement)
    assert bool(rules.can(actor, "agreements.ask", organisation.id, "challenges.call")) is (
        right is Right.SUBMIT
    )
    assert bool(rules.can(actor, "agreements.carry_out", agreement)) is (right is Right.SUBMIT)
    assert bool(rules.can(actor, "agreements.call_off", agreement)) is (right is Right.SUBMIT)
    assert bool(rules.can(actor, "agreements.say", organisation.id)) is (right is Right.APPROVE)
    withdrawing = rules.can(actor, "agreements.ask", organisation.id, "challenges.withdraw_idea")
    assert bool(withdrawing) is (right is Right.WITHDRAW)


@pytest.mark.parametrize("ending", ["term", "expired", "withdrawn"])
def test_no_right_outlives_the_term_the_confirmation_or_the_organisation(app, clock, ending):
    organisation, agreement = a_waiting()
    delegate = a_delegate(organisation)
    with transaction():
        found = db.session.get_one(CommunityOrganisation, organisation.id)
        if ending == "expired":
            found.confirmed_until = clock.moment.date()
        if ending == "withdrawn":
            found.withdrawn_at = clock.moment
    if ending == "term":
        clock.set(clock.moment.replace(year=2031))
    actor = actor_of(delegate)
    assert not rules.can(actor, "agreements.ask", organisation.id, "challenges.call")
    assert not rules.can(actor, "agreements.carry_out", agreement)
    assert not rules.can(actor, "agreements.say", organisation.id)


def test_nobody_else_learns_of_it(app):
    _, agreement = a_waiting()
    for actor in (actor_of(a_team("よその会")[1]), actor_of(a_resident()), visitor("k" * 20)):
        assert not rules.can(actor, "agreements.read", agreement)
