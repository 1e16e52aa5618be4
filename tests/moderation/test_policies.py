"""Who may report, decide, object and answer: a table."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system, visitor
from participation.access.rules import can
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.moderation.domain import DecisionKind
from participation.moderation.models import ModerationDecision
from tests.support.people import a_member_of_staff, a_resident, actor_of

DECIDERS = {"screener", "editor", "approver", "administrator"}


@pytest.fixture
def people(app):
    staff = {role.value: actor_of(a_member_of_staff(role)) for role in Role if role in STAFF}
    return {
        "visitor": visitor(),
        "author": actor_of(a_resident()),
        "other": actor_of(a_resident()),
        "system": system("tests"),
        **staff,
    }


STAFF = (
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


def said_by(person, visibility=Visibility.PUBLISHED):
    return Contribution(author_id=person.person_id, visibility=visibility)


def allowed(people, action, *things):
    return {name for name, actor in people.items() if can(actor, action, *things)}


@pytest.mark.parametrize("verb", ["hold", "hide", "restore", "keep"])
def test_deciding_is_for_deciders_and_never_on_own_words(people, verb):
    action = f"moderation.{verb}"
    assert allowed(people, action, said_by(people["author"])) == DECIDERS | {"system"}
    assert allowed(people, action, said_by(people["screener"])) == DECIDERS - {"screener"} | {"system"}


def test_reporting(people):
    assert allowed(people, "moderation.report", said_by(people["author"])) == {"other", "system"}
    assert allowed(people, "moderation.report", said_by(people["author"], Visibility.HELD)) == set()


def test_seeing_the_queue(people):
    assert allowed(people, "moderation.see") == DECIDERS | {"auditor", "system"}


@pytest.mark.parametrize(
    ("kind", "visibility", "who"),
    [
        (DecisionKind.HIDE, Visibility.HIDDEN, {"author"}),
        (DecisionKind.HIDE, Visibility.PUBLISHED, set()),
        (DecisionKind.HOLD, Visibility.HELD, set()),
    ],
)
def test_objecting(people, kind, visibility, who):
    decision = ModerationDecision(kind=kind)
    assert allowed(people, "moderation.appeal", decision, said_by(people["author"], visibility)) == who


def test_an_objection_is_answered_by_somebody_else(people):
    decision = ModerationDecision(decided_by_id=people["editor"].person_id)
    said = said_by(people["author"], Visibility.HIDDEN)
    assert allowed(people, "moderation.answer_appeal", decision, said) == DECIDERS - {"editor"} | {"system"}


def test_loading_the_rules(people):
    assert allowed(people, "moderation.load_rules") == {"administrator", "system"}
