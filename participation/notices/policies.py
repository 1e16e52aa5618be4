"""Who may follow and read notices."""

from __future__ import annotations

from participation.access.actors import MEMBERS, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, rule


@rule("notices.tell", roles={Role.SYSTEM})
def may_tell(_actor: Actor) -> Decision:
    """The software itself, when something happened."""
    return allow()


@rule("notices.follow", roles=MEMBERS)
def may_follow(_actor: Actor) -> Decision:
    """Whoever has an account, what is public."""
    return allow()


@rule("notices.read", roles=MEMBERS | STAFF_ROLES)
def may_read(_actor: Actor) -> Decision:
    """Whoever is logged in, their own notices."""
    return allow()
