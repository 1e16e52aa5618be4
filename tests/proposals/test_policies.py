"""Who may do what with proposals: one row for each actor, action and moment."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Right, Role, visitor
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from tests.support.builders.proposals import a_draft, a_proposal, a_team
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation

MOMENTS = ("draft", "received", "considering", "adopted", "withdrawn")


def proposal_at(moment, organisation, delegate):
    if moment == "draft":
        return a_draft(organisation, delegate)
    proposal = a_proposal(organisation, delegate)
    if moment == "withdrawn":
        proposal.withdrawn_at = clock.now()
    else:
        proposal.stage = moment
    return proposal


@pytest.mark.parametrize(
    ("action", "own", "other", "resident", "officer"),
    [
        ("proposals.write", "draft", "", "", ""),
        ("proposals.submit", "draft", "", "", ""),
        ("proposals.revise", "received", "", "", ""),
        ("proposals.withdraw", "received considering", "", "", ""),
        ("proposals.endorse", "received considering", "received considering", "received considering", ""),
        (
            "proposals.take_back_endorsement",
            "received considering",
            "received considering",
            "received considering",
            "",
        ),
        ("proposals.advance", "", "", "", "received considering adopted"),
        ("proposals.approve", "draft", "", "", ""),
        ("proposals.equip", "draft received", "", "", ""),
        ("proposals.amend", "", "received", "received", ""),
        ("proposals.answer_amendment", "received", "", "", ""),
        ("proposals.review", "", "", "", "received considering"),
    ],
)
@pytest.mark.parametrize("moment", MOMENTS)
def test_only_these_may_and_only_then(app, action, own, other, resident, officer, moment):
    organisation, delegate = a_team()
    _, stranger = a_team("みどり丘自治会")
    proposal = proposal_at(moment, organisation, delegate)
    with db.session.no_autoflush:
        may = {
            "own": rules.can(actor_of(delegate), action, proposal),
            "other": rules.can(actor_of(stranger), action, proposal),
            "resident": rules.can(Actor(frozenset({Role.RESIDENT}), 99), action, proposal),
            "officer": rules.can(Actor(frozenset({Role.OFFICER}), 98), action, proposal),
            "visitor": rules.can(visitor("k" * 20), action, proposal),
        }
    when = {"own": own, "other": other, "resident": resident, "officer": officer, "visitor": ""}
    assert {who: bool(decision) for who, decision in may.items()} == {
        who: moment in moments.split() for who, moments in when.items()
    }


def test_an_organisation_writes_only_once_confirmed_and_only_through_its_delegates(app):
    organisation, delegate = a_team()
    assert rules.can(actor_of(delegate), "proposals.draft", organisation)
    assert not rules.can(actor_of(delegate), "proposals.draft", an_organisation("よその会"))
    assert not rules.can(actor_of(a_resident()), "proposals.draft", organisation)
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).confirmed_at = None
    decision = rules.can(actor_of(delegate), "proposals.draft", organisation)
    assert "確認が済んだ" in decision.reason


def test_a_term_that_has_ended_ends_every_right_the_next_day(app, clock):
    organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate)
    assert rules.can(actor_of(delegate), "proposals.write", proposal)
    clock.set(clock.moment.replace(year=2027, month=12))
    assert not rules.can(actor_of(delegate), "proposals.write", proposal)


def test_an_organisation_endorses_others_but_not_itself(app):
    organisation, delegate = a_team()
    other, stranger = a_team("みどり丘自治会")
    proposal = a_proposal(organisation, delegate)
    assert rules.can(actor_of(stranger), "proposals.endorse", proposal, other)
    assert not rules.can(actor_of(delegate), "proposals.endorse", proposal, organisation)
    assert not rules.can(actor_of(delegate), "proposals.endorse", proposal, other)


def test_staff_read_the_desk_pages_and_residents_do_not(app):
    assert rules.can(Actor(frozenset({Role.AUDITOR}), 5), "proposals.read_desk")
    assert not rules.can(actor_of(a_resident()), "proposals.read_desk")


NEEDS = {
    "proposals.write": Right.DRAFT,
    "proposals.equip": Right.DRAFT,
    "proposals.approve": Right.APPROVE,
    "proposals.submit": Right.SUBMIT,
    "proposals.revise": Right.SUBMIT,
    "proposals.answer_amendment": Right.SUBMIT,
    "proposals.withdraw": Right.WITHDRAW,
}


@pytest.mark.parametrize("right", Right)
def test_a_delegate_does_only_what_their_right_says(app, right):
    organisation, first = a_team()
    draft, submitted = a_draft(organisation, first), a_proposal(organisation, first)
    actor = actor_of(a_delegate(organisation, rights=[right]))
    for action, needed in NEEDS.items():
        moment = submitted if action.split(".")[1] in ("revise", "withdraw", "answer_amendment") else draft
        assert bool(rules.can(actor, action, moment)) is (needed is right), action
    assert bool(rules.can(actor, "proposals.draft", organisation)) is (right is Right.DRAFT)
