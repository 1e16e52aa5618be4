"""Who may change the ward's places."""

from __future__ import annotations

from participation.access.actors import Actor, Role
from participation.access.rules import Decision, allow, rule


@rule("places.load", roles={Role.ADMINISTRATOR})
def may_load(_actor: Actor) -> Decision:
    """管理者が、区の地区・住区を読み込みます。"""
    return allow()
