"""Who may do what in a space: delegate × right × term × action, staff, and the offices of the 地区."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access import rules
from participation.access.actors import EVERY_RIGHT, Actor, Right, Role, visitor
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.people.models import Membership
from participation.spaces.models import Space
from tests.support.builders.spaces import OFFICER, a_secretariat, an_office_actor, the_space
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation

#: Which right of its secretariat an action in a space needs.
NEEDS = {
    "spaces.introduce": Right.MANAGE,
    "spaces.touch": Right.DRAFT,
    "spaces.plan": Right.DRAFT,
    "spaces.answer_passage": Right.SUBMIT,
    "spaces.link_issues": Right.SUBMIT,
    "spaces.answer_link": Right.SUBMIT,
    "spaces.open_check": Right.SUBMIT,
    "spaces.write_news": Right.DRAFT,
}
TERMS = {
    "running": (-30, 300),
    "to come": (5, 300),
    "over": (-300, 0),
}


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("right", [*Right, None])
def test_a_delegate_may_what_their_right_covers_and_only_during_the_term(app, term, right):
    space, _, delegate = a_secretariat(rights={right} if right else set())
    begins, ends = TERMS[term]
    with transaction():
        membership = db.session.query(Membership).filter_by(person_id=delegate.id).one()
        membership.begins_on = app_clock.today() + timedelta(days=begins)
        membership.ends_on = app_clock.today() + timedelta(days=ends)
    actor = actor_of(delegate)
    for action, needed in NEEDS.items():
        may = term == "running" and right is needed
        assert bool(rules.can(actor, action, space)) is may, (action, term, right)
    assert not rules.can(actor, "spaces.appoint", space)


@pytest.mark.parametrize("action", NEEDS)
def test_others_may_run_a_space_only_if_it_is_theirs(app, action):
    space, _, _ = a_secretariat()
    stranger = a_delegate(an_organisation("さくら坂町会"))
    may = {
        "the ward's staff": rules.can(OFFICER, action, space),
        "the office of the 地区": rules.can(an_office_actor("central"), action, space),
        "another office": rules.can(an_office_actor("north"), action, space),
        "an office without a 地区": rules.can(Actor(roles=frozenset({Role.DISTRICT_OFFICE})), action, space),
        "the office, in the ward's space": rules.can(an_office_actor("central"), action, the_space("ward")),
        "another organisation": rules.can(actor_of(stranger), action, space),
        "a resident": rules.can(actor_of(a_resident()), action, space),
        "a visitor": rules.can(visitor(), action, space),
        "an auditor": rules.can(Actor(roles=frozenset({Role.AUDITOR})), action, space),
        "an analyst": rules.can(Actor(roles=frozenset({Role.ANALYST})), action, space),
    }
    assert [who for who, decision in may.items() if decision] == [
        "the ward's staff",
        "the office of the 地区",
    ]


def test_residents_register_issues_everywhere_and_an_office_in_its_own_area(app):
    space = the_space()
    assert rules.can(actor_of(a_resident()), "spaces.register_issue", space)
    assert rules.can(an_office_actor("central"), "spaces.register_issue", space)
    assert not rules.can(an_office_actor("north"), "spaces.register_issue", space)
    assert not rules.can(visitor(), "spaces.register_issue", space)


def test_an_organisation_that_lost_its_confirmation_or_another_secretariat_ends_it_at_once(app):
    space, organisation, delegate = a_secretariat(rights=EVERY_RIGHT)
    other_id = an_organisation("ほかの会").id
    assert rules.can(actor_of(delegate), "spaces.open_check", space)
    with transaction():
        db.session.get_one(Space, space.id).organisation_id = other_id
    assert not rules.can(actor_of(delegate), "spaces.open_check", the_space())
    with transaction():
        db.session.get_one(Space, space.id).organisation_id = organisation.id
        db.session.refresh(organisation)
        organisation.confirmed_until = app_clock.today()
    assert not rules.can(actor_of(delegate), "spaces.open_check", the_space())
