"""Who may do what with accounts."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, MEMBERS, STAFF_ROLES, Actor
from participation.access.rules import Decision, allow, allow_if, rule
from participation.people.models import Person

EVERY_ROLE = EVERYBODY | STAFF_ROLES


@rule("people.log_in", roles=EVERY_ROLE)
def may_log_in(_actor: Actor, person: Person) -> Decision:
    """Whoever knows the account's secret, while the account is neither suspended nor erased."""
    return allow_if(
        person.suspended_at is None and person.erased_at is None,
        "このアカウントは今、利用が止められています。くわしくは窓口にお問い合わせください。",
    )


@rule("people.log_out", roles=MEMBERS | STAFF_ROLES)
def may_log_out(_actor: Actor) -> Decision:
    """Everybody who is logged in."""
    return allow()
