"""Who may register organisations and sections."""

from __future__ import annotations

from participation.access.actors import Actor, Role
from participation.access.rules import Decision, allow, rule


@rule("organisations.load_sections", roles={Role.ADMINISTRATOR})
def may_load_sections(_actor: Actor) -> Decision:
    """管理者が、区の所管課を読み込みます。"""
    return allow()


@rule("organisations.load_posts", roles={Role.ADMINISTRATOR})
def may_load_posts(_actor: Actor) -> Decision:
    """管理者が、区の役職を読み込みます。"""
    return allow()


@rule("organisations.register", roles={Role.ADMINISTRATOR, Role.OFFICER})
def may_register(_actor: Actor) -> Decision:
    """所管課の職員と管理者が、団体を登録します。"""
    return allow()


@rule("organisations.confirm", roles={Role.ADMINISTRATOR, Role.OFFICER})
def may_confirm(_actor: Actor) -> Decision:
    """所管課の職員と管理者が、団体を確かめて確認済みにします。"""
    return allow()
