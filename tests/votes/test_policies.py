"""Who may do what with votes: one row for each action and state."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role, visitor
from participation.votes.domain import Audience, VoteStatus
from tests.support.builders.votes import a_vote

EVERY_STAFF = "officer screener editor approver analyst administrator auditor"
EDITORS = "officer editor administrator"
RESIDENT = Actor(roles=frozenset({Role.RESIDENT}), person_id=1)


def actor_as(role: str) -> Actor:
    if role == "visitor":
        return visitor("k" * 20)
    return RESIDENT if role == "resident" else Actor(roles=frozenset({Role(role)}), person_id=2)


@pytest.mark.parametrize(
    ("action", "status", "may"),
    [
        ("votes.read_desk", None, EVERY_STAFF),
        ("votes.draft", None, EDITORS),
        ("votes.change", VoteStatus.DRAFT, EDITORS),
        ("votes.change", VoteStatus.OPEN, ""),
        ("votes.publish", VoteStatus.DRAFT, EDITORS),
        ("votes.publish", VoteStatus.CLOSED, ""),
        ("votes.close", VoteStatus.OPEN, EDITORS),
        ("votes.close", VoteStatus.DRAFT, ""),
        ("votes.cast", VoteStatus.OPEN, "visitor resident"),
        ("votes.cast", VoteStatus.DRAFT, ""),
        ("votes.recount", None, "administrator"),
    ],
)
def test_only_these_may(app, action, status, may):
    vote = a_vote(published=False)
    things = () if status is None else (vote,)
    vote.status = status or vote.status
    roles = f"visitor resident {EVERY_STAFF}".split()
    assert {role for role in roles if rules.can(actor_as(role), action, *things)} == set(may.split())


def test_a_vote_for_members_asks_a_visitor_to_log_in(app):
    vote = a_vote(audience=Audience.ACCOUNT)
    decision = rules.can(visitor("k" * 20), "votes.cast", vote)
    assert not decision
    assert "ログイン" in decision.reason
    assert rules.can(RESIDENT, "votes.cast", vote)
