"""Who may ask for, read and give an agreement inside an organisation."""

from __future__ import annotations

from participation.access.actors import Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.agreements.domain import get_act
from participation.agreements.models import Agreement

DELEGATES = frozenset({Role.DELEGATE})
NOT_YOURS = "この団体の担当者だけができます。"
NO_RIGHT = "この操作の権限が、あなたにはありません。団体の担当者を決める人に頼んでください。"


@rule("agreements.read", roles=DELEGATES)
def may_read(actor: Actor, agreement: Agreement) -> Decision:
    """団体の担当者だけが、承認を待つ手続きと、担当者それぞれの考えを読めます。"""
    return allow_if(agreement.organisation_id in actor.delegated_ids, NOT_YOURS)


@rule("agreements.ask", roles=DELEGATES)
def may_ask(actor: Actor, organisation_id: int, code: str) -> Decision:
    """承認を要ると決めた団体では、団体の名前で行うことを、その権限のある担当者が、ほかの担当者に諮ってから行います。"""
    if organisation_id not in actor.delegated_ids:
        return deny(NOT_YOURS)
    return allow_if(actor.may_for(organisation_id, get_act(code).right), NO_RIGHT)


@rule("agreements.say", roles=DELEGATES)
def may_say(actor: Actor, organisation_id: int) -> Decision:
    """承認の権限のある担当者が、団体の名前で出す前に、承認か別の意見を記せます。"""
    if organisation_id not in actor.delegated_ids:
        return deny(NOT_YOURS)
    return allow_if(actor.may_for(organisation_id, Right.APPROVE), NO_RIGHT)


@rule("agreements.carry_out", roles=DELEGATES)
def may_carry_out(actor: Actor, agreement: Agreement) -> Decision:
    """承認がそろった手続きを、その権限のある担当者が行えます。"""
    if agreement.organisation_id not in actor.delegated_ids:
        return deny(NOT_YOURS)
    return get_act(agreement.act).may(agreement, actor)


@rule("agreements.call_off", roles=DELEGATES)
def may_call_off(actor: Actor, agreement: Agreement) -> Decision:
    """承認を頼んだ担当者と、その手続きの権限のある担当者が、行う前の手続きを取りやめられます。"""
    return may_ask(actor, agreement.organisation_id, agreement.act)


@rule("agreements.follow_words", roles={Role.SYSTEM})
def may_follow_words(_actor: Actor) -> Decision:
    """文が伏せられたり消されたりしたとき、システムが承認の記録も合わせます。"""
    return allow()


@rule("agreements.forget", roles={Role.SYSTEM})
def may_forget(_actor: Actor) -> Decision:
    """承認がそろわないまま180日たった手続きの文を、システムが消します。"""
    return allow()
