"""Rules: one per action; who may ever, who may now, and why not."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role, system, visitor
from participation.access.rules import Decision, allow_if, can, can_ever, require, rule
from participation.foundation.errors import Denied

RESIDENT = Actor(roles=frozenset({Role.RESIDENT}), person_id=1)
SCREENER = Actor(roles=frozenset({Role.SCREENER}), person_id=2)
CLOSED = "募集期間が終わりました。"


@pytest.fixture(autouse=True)
def _own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_rules", {})

    @rule("things.speak", roles={Role.RESIDENT})
    def may_speak(actor: Actor, is_open: bool) -> Decision:
        """登録した人が、募集期間のあいだ話せます。"""
        return allow_if(is_open, CLOSED)


def test_who_may_and_when_is_allowed() -> None:
    assert can(RESIDENT, "things.speak", True)
    require(RESIDENT, "things.speak", True)


def test_who_may_but_not_now_is_told_why() -> None:
    decision = can(RESIDENT, "things.speak", False)
    assert (bool(decision), decision.reason) == (False, CLOSED)
    with pytest.raises(Denied, match=CLOSED):
        require(RESIDENT, "things.speak", False)


def test_another_role_is_refused_before_the_thing_is_looked_at() -> None:
    assert can(SCREENER, "things.speak", True).reason == rules.NOT_YOUR_ROLE
    assert can_ever(SCREENER, "things.speak").reason == rules.NOT_YOUR_ROLE


def test_a_visitor_is_asked_to_log_in() -> None:
    assert can(visitor(), "things.speak", True).reason == rules.LOG_IN_FIRST


def test_the_system_passes_the_door_but_not_the_rule_itself() -> None:
    assert can_ever(system("tests"), "things.speak")
    assert can(system("tests"), "things.speak", False).reason == CLOSED


def test_an_action_without_a_rule_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        can(RESIDENT, "things.fly")


def test_two_rules_for_one_action_from_two_places_are_an_error() -> None:
    def elsewhere(actor: Actor) -> Decision:
        return rules.allow()

    elsewhere.__module__ = "participation.elsewhere.policies"
    with pytest.raises(ValueError, match=r"two rules for things\.speak"):
        rule("things.speak", roles={Role.RESIDENT})(elsewhere)


def test_the_meaning_of_a_rule_is_the_first_line_of_its_docstring() -> None:
    (only,) = rules.all_rules()
    assert only.meaning == "登録した人が、募集期間のあいだ話せます。"
