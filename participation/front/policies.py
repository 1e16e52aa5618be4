"""Who may open the pages on which slices meet."""

from __future__ import annotations

from participation.access.actors import EVERY_STAFF_ROLE, MEMBERS, Actor
from participation.access.rules import Decision, allow, rule


@rule("front.my_page", roles=MEMBERS | EVERY_STAFF_ROLE)
def may_open_my_page(_actor: Actor) -> Decision:
    """ログインしている人が、自分のページを開けます。"""
    return allow()
