"""Who may open the pages on which slices meet."""

from __future__ import annotations

from participation.access.actors import MEMBERS, STAFF_ROLES, Actor
from participation.access.rules import Decision, allow, rule


@rule("front.my_page", roles=MEMBERS | STAFF_ROLES)
def may_open_my_page(_actor: Actor) -> Decision:
    """ログインしている人が、自分のページを開けます。"""
    return allow()
