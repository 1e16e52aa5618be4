"""Who may do what: by role, and by delegate × right × state."""

from __future__ import annotations

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Right, Role, visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.foundation.db import db, transaction
from tests.support.builders.challenges import a_call, a_challenge, an_idea, words_of
from tests.support.builders.proposals import a_team
from tests.support.people import a_delegate, a_resident, actor_of


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("challenges.write", {Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR}),
        ("challenges.advance", {Role.OFFICER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR}),
        ("challenges.read_contact", {Role.OFFICER, Role.ADMINISTRATOR}),
    ],
)
def test_only_these_roles_of_the_staff_may(app, action, allowed):
    may = {
        role for role in set(Role) - {Role.SYSTEM} if access.can_ever(Actor(roles=frozenset({role})), action)
    }
    assert may == allowed


def test_visitors_read_and_members_offer(app, clock):
    assert not access.can(visitor(), "challenges.offer_idea", a_challenge())
    assert access.can(actor_of(a_resident()), "challenges.offer_idea", a_challenge())
    assert not access.can(actor_of(a_resident()), "challenges.offer_idea", a_challenge(is_posted=False))


@pytest.mark.parametrize(
    ("action", "right"),
    [
        ("challenges.change_idea", Right.SUBMIT),
        ("challenges.withdraw_idea", Right.WITHDRAW),
        ("challenges.grow_idea", Right.DRAFT),
    ],
)
def test_what_an_organisation_said_is_its_delegates_each_by_their_right(app, clock, action, right):
    organisation, delegate = a_team()
    said = words_of(an_idea(None, delegate, organisation))
    rights = {
        each for each in Right if access.can(actor_of(a_delegate(organisation, rights=[each])), action, said)
    }
    assert rights == {right}
    assert not access.can(actor_of(a_team("よその会")[1]), action, said)
    with transaction():
        contributions.change_visibility(db.session.merge(said), Visibility.HIDDEN, reason="ルール")
    assert "公開されていません" in access.can(actor_of(delegate), action, said).reason


def test_a_call_is_closed_and_answered_by_its_own_organisation_only(app, clock):
    organisation, delegate = a_team()
    call = a_call(organisation, delegate)
    for action in ("challenges.close_call", "challenges.answer_application"):
        assert access.can(actor_of(delegate), action, call)
        assert not access.can(actor_of(a_delegate(organisation, rights=[Right.DRAFT])), action, call)
        assert not access.can(actor_of(a_team(f"よその会{action[-4:]}")[1]), action, call)
