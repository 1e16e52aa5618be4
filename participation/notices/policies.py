"""Who may follow and read notices."""

from __future__ import annotations

from participation.access.actors import MEMBERS, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, rule


@rule("notices.tell", roles={Role.SYSTEM})
def may_tell(_actor: Actor) -> Decision:
    """できごとがあったときに、システムが行います。"""
    return allow()


@rule("notices.follow", roles=MEMBERS)
def may_follow(_actor: Actor) -> Decision:
    """登録した人が、公開されているものについてできます。"""
    return allow()


@rule("notices.read", roles=MEMBERS | STAFF_ROLES)
def may_read(_actor: Actor) -> Decision:
    """ログインした人が、自分のお知らせについてできます。"""
    return allow()
