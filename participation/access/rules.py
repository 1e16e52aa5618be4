"""Rules: exactly one per action, registered by the slice that owns the action.

An action is "slice.verb". A rule names the roles that may ever do it (checked at the door of a view
and shown in docs/permissions.md) and a function that decides for one actor and one thing, with a
reason in plain Japanese. An unknown action is an error in the program, not a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from participation.access.actors import Actor, Role
from participation.foundation.errors import Denied


@dataclass(frozen=True)
class Decision:
    """Whether something is allowed, and if not, why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


_ALLOWED = Decision(True)
NOT_YOUR_ROLE = "この操作をする権限がありません。"
LOG_IN_FIRST = "この操作にはログインが必要です。"


def allow() -> Decision:
    """Return a yes."""
    return _ALLOWED


def deny(reason: str) -> Decision:
    """Return a no with its reason."""
    return Decision(False, reason)


def allow_if(condition: object, reason: str) -> Decision:
    """Return a yes if the condition holds, else a no with the reason."""
    return _ALLOWED if condition else Decision(False, reason)


@dataclass(frozen=True)
class Rule:
    """The rule of one action."""

    action: str
    roles: frozenset[Role]
    decide: Callable[..., Decision]
    meaning: str
    #: What is looked at that is kept apart (閲覧の記録); empty: the act is no look.
    look: str = ""


_rules: dict[str, Rule] = {}

R = TypeVar("R", bound=Callable[..., Decision])


def rule(action: str, *, roles: set[Role] | frozenset[Role], look: str = "") -> Callable[[R], R]:
    """Register the function below as the rule of `action`; its docstring is the rule in words.

    `look` names what is looked at, where the act opens what is kept apart: whoever does it is on the auditor's list.
    """

    def register(decide: R) -> R:
        if action in _rules and _rules[action].decide.__module__ != decide.__module__:
            raise ValueError(f"two rules for {action}")
        meaning = (decide.__doc__ or "").strip().splitlines()[0] if decide.__doc__ else ""
        _rules[action] = Rule(action, frozenset(roles), decide, meaning, look)
        return decide

    return register


def all_rules() -> list[Rule]:
    """Return every rule, sorted by action."""
    return [_rules[action] for action in sorted(_rules)]


def all_looks() -> dict[str, str]:
    """Return action → what is looked at, of every act that opens what is kept apart, by what is looked at."""
    looks = [(each.look, each.action) for each in _rules.values() if each.look]
    return {action: what for what, action in sorted(looks)}


def can_ever(actor: Actor, action: str) -> Decision:
    """Return whether the actor's roles may do this at all (the door of a view)."""
    roles = _rules[action].roles
    if actor.roles & roles or Role.SYSTEM in actor.roles:
        return _ALLOWED
    if actor.roles == {Role.VISITOR}:
        return Decision(False, LOG_IN_FIRST)
    return Decision(False, NOT_YOUR_ROLE)


def is_for_residents(action: str) -> bool:
    """Return whether this is something that residents do (people read pages on which it is offered)."""
    return Role.RESIDENT in _rules[action].roles


def can(actor: Actor, action: str, *things: Any) -> Decision:
    """Return whether the actor may do this to these things, and why not."""
    door = can_ever(actor, action)
    if not door:
        return door
    return _rules[action].decide(actor, *things)


def require(by: Actor, action: str, *things: Any) -> None:
    """Raise Denied with the reason unless the actor may do this to these things."""
    decision = can(by, action, *things)
    if not decision:
        raise Denied(decision.reason)
