"""Who may register organisations and sections."""

from __future__ import annotations

from participation.access.actors import MEMBERS, Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.organisations.models import CommunityOrganisation

CARETAKERS = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
MANAGERS_ONLY = "団体の登録の内容を決める権限がありません。"
ENDED = "この団体の登録は終わっています。"


@rule("organisations.load_sections", roles={Role.ADMINISTRATOR})
def may_load_sections(_actor: Actor) -> Decision:
    """管理者が、区の所管課を読み込みます。"""
    return allow()


@rule("organisations.load_posts", roles={Role.ADMINISTRATOR})
def may_load_posts(_actor: Actor) -> Decision:
    """管理者が、区の役職を読み込みます。"""
    return allow()


@rule("organisations.register", roles=CARETAKERS)
def may_register(_actor: Actor) -> Decision:
    """所管課の職員と管理者が、団体を登録します。"""
    return allow()


@rule("organisations.ask_for_registration", roles=MEMBERS)
def may_ask_for_registration(_actor: Actor) -> Decision:
    """登録した人が、自分たちの団体の登録を申し出られます。"""
    return allow()


@rule("organisations.confirm", roles=CARETAKERS)
def may_confirm(_actor: Actor) -> Decision:
    """所管課の職員と管理者が、団体を確かめて確認済みにします。"""
    return allow()


@rule("organisations.read_desk", roles=CARETAKERS | {Role.AUDITOR})
def may_read_desk(_actor: Actor) -> Decision:
    """所管課の職員・管理者・監査担当が、団体の登録と記録を見られます（連絡先は所管課と管理者だけ）。"""
    return allow()


@rule("organisations.look_at_contact", roles=CARETAKERS, look="団体の代表者と連絡先")
def may_look_at_contact(_actor: Actor, _organisation: CommunityOrganisation) -> Decision:
    """所管課の職員と管理者が、理由を書いて、団体の代表者と連絡先を見られます。見たことは記録に残ります。"""
    return allow()


@rule("organisations.change", roles=CARETAKERS | MEMBERS)
def may_change(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """職員と、登録の内容を決める権限のある担当者が、団体の登録の内容を変えられます。"""
    if organisation.withdrawn_at is not None:
        return allow_if(False, ENDED)
    return allow_if(_manages(actor, organisation), MANAGERS_ONLY)


@rule("organisations.withdraw", roles=CARETAKERS | MEMBERS)
def may_withdraw(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """職員と、登録の内容を決める権限のある担当者が、団体の登録を終えられます。これまでの発言は残ります。"""
    return allow_if(_manages(actor, organisation), MANAGERS_ONLY)


def _manages(actor: Actor, organisation: CommunityOrganisation) -> bool:
    return actor.has(*CARETAKERS, Role.SYSTEM) or actor.may_for(organisation.id, Right.MANAGE)
