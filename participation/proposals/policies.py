"""Who may do what with proposals."""

from __future__ import annotations

from participation.access.actors import MEMBERS, STAFF_ROLES, Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.foundation import clock
from participation.organisations.models import CommunityOrganisation
from participation.proposals.domain import stages
from participation.proposals.models import Proposal

DELEGATES = frozenset({Role.DELEGATE})
REVIEWERS = frozenset({Role.OFFICER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
NOT_YOURS = "この提案を書いた団体の担当者だけができます。"
NO_RIGHT = "この操作の権限が、あなたにはありません。団体の担当者を決める人に頼んでください。"
UNCONFIRMED = "区の確認が済んだ団体だけができます。"
JOINED = "この提案は、ほかの提案とまとめられました。まとめた先の提案をご覧ください。"
WITHDRAWN = "この提案は取り下げられています。"


def _lacks(actor: Actor, proposal: Proposal, right: Right) -> str:
    """Return why the actor may not do this for the organisation that wrote the proposal; empty: they may."""
    if proposal.organisation_id not in actor.delegated_ids:
        return NOT_YOURS
    return "" if actor.may_for(proposal.organisation_id, right) else NO_RIGHT


@rule("proposals.draft", roles=DELEGATES)
def may_draft(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """区の確認が済んだ団体の、下書きの権限のある担当者が、任期の間、団体の名前で書けます。"""
    if organisation.id not in actor.delegated_ids:
        return deny("この団体の担当者だけができます。")
    if not organisation.speaks_on(clock.today()):
        return deny(UNCONFIRMED)
    return allow_if(actor.may_for(organisation.id, Right.DRAFT), NO_RIGHT)


@rule("proposals.write", roles=DELEGATES)
def may_write(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、下書きの権限のある担当者が、提出するまでの下書きを直し、捨てられます。"""
    if refusal := _lacks(actor, proposal, Right.DRAFT):
        return deny(refusal)
    return allow_if(proposal.submitted_at is None, "この提案はもう提出しています。")


@rule("proposals.submit", roles=DELEGATES)
def may_submit(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、出す権限のある担当者が、下書きを一度だけ提出できます。"""
    if refusal := _lacks(actor, proposal, Right.SUBMIT):
        return deny(refusal)
    return allow_if(proposal.submitted_at is None, "この提案はもう提出しています。")


@rule("proposals.revise", roles=DELEGATES)
def may_revise(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、出す権限のある担当者が、検討に入る前の提案の文章を直せます。以前の文章は残ります。"""
    if refusal := _lacks(actor, proposal, Right.SUBMIT):
        return deny(refusal)
    if proposal.submitted_at is None or proposal.withdrawn_at is not None:
        return deny(WITHDRAWN if proposal.withdrawn_at else "この提案はまだ提出していません。")
    if proposal.merged_into_id is not None:
        return deny(JOINED)
    stage = stages()[proposal.stage]
    return allow_if(stage.takes_edits, f"「{stage.name}」の段階では、文章は直せません。")


@rule("proposals.withdraw", roles=DELEGATES)
def may_withdraw(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、取り下げる権限のある担当者が、結論が出る前の提案を取り下げられます。"""
    if refusal := _lacks(actor, proposal, Right.WITHDRAW):
        return deny(refusal)
    if proposal.submitted_at is None or proposal.withdrawn_at is not None:
        return deny(WITHDRAWN if proposal.withdrawn_at else "この提案はまだ提出していません。")
    return allow_if(not stages()[proposal.stage].is_final, "結論が出た提案は取り下げられません。")


@rule("proposals.approve", roles=DELEGATES)
def may_approve(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、承認の権限のある担当者が、提出の前に承認か別の意見を記せます。"""
    if refusal := _lacks(actor, proposal, Right.APPROVE):
        return deny(refusal)
    return allow_if(proposal.submitted_at is None, "この提案はもう提出しています。")


@rule("proposals.equip", roles=DELEGATES)
def may_equip(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、下書きの権限のある担当者が、検討に入るまで、資料を付け、関わる項目を選べます。"""
    if refusal := _lacks(actor, proposal, Right.DRAFT):
        return deny(refusal)
    if proposal.withdrawn_at is not None:
        return deny(WITHDRAWN)
    stage = stages()[proposal.stage]
    return allow_if(stage.takes_edits, f"「{stage.name}」の段階では、直せません。")


@rule("proposals.amend", roles=MEMBERS)
def may_amend(
    actor: Actor, proposal: Proposal, organisation: CommunityOrganisation | None = None
) -> Decision:
    """登録した人と団体の担当者が、検討に入る前の、ほかの団体の提案に修正案を出せます。"""
    if proposal.submitted_at is None or proposal.withdrawn_at is not None:
        return deny(WITHDRAWN if proposal.withdrawn_at else "この提案はまだ提出されていません。")
    if proposal.merged_into_id is not None:
        return deny(JOINED)
    if not stages()[proposal.stage].takes_edits:
        return deny(f"「{stages()[proposal.stage].name}」の段階では、修正案を受け付けていません。")
    if proposal.organisation_id in actor.delegated_ids:
        return deny("自分の団体の提案は、「書き直す」から直せます。")
    if organisation is None:
        return allow()
    if organisation.id not in actor.delegated_ids:
        return deny("この団体の担当者だけができます。")
    return allow_if(actor.may_for(organisation.id, Right.SUBMIT), NO_RIGHT)


@rule("proposals.answer_amendment", roles=DELEGATES)
def may_answer_amendment(actor: Actor, proposal: Proposal) -> Decision:
    """書いた団体の、出す権限のある担当者が、修正案を取り入れるか、理由を示して断れます。"""
    return may_revise(actor, proposal)


@rule("proposals.offer_merge", roles=DELEGATES)
def may_offer_merge(actor: Actor, proposal: Proposal, into: Proposal) -> Decision:
    """どちらかの団体の、出す権限のある担当者が、検討に入る前の2つの提案をまとめる申し出をできます。"""
    if proposal.id == into.id or proposal.organisation_id == into.organisation_id:
        return deny("ほかの団体の提案とだけ、まとめられます。")
    for each in (proposal, into):
        if each.submitted_at is None or each.withdrawn_at is not None or each.merged_into_id is not None:
            return deny("まとめられるのは、提出されていて、動いている提案だけです。")
        if not stages()[each.stage].takes_edits:
            return deny("検討に入った提案は、まとめられません。")
    return allow_if(
        any(actor.may_for(each.organisation_id, Right.SUBMIT) for each in (proposal, into)), NOT_YOURS
    )


@rule("proposals.answer_merge", roles=DELEGATES)
def may_answer_merge(actor: Actor, asked: Proposal) -> Decision:
    """申し出を受けた団体の、出す権限のある担当者が、まとめるかどうかを答えます。"""
    if refusal := _lacks(actor, asked, Right.SUBMIT):
        return deny(refusal)
    return allow()


@rule("proposals.endorse", roles=MEMBERS)
def may_endorse(
    actor: Actor, proposal: Proposal, organisation: CommunityOrganisation | None = None
) -> Decision:
    """登録した人は個人として、団体の担当者は団体としても、結論が出るまで賛同できます。"""
    if proposal.submitted_at is None or proposal.withdrawn_at is not None:
        return deny(WITHDRAWN if proposal.withdrawn_at else "この提案はまだ提出されていません。")
    if proposal.merged_into_id is not None:
        return deny(JOINED)
    if not stages()[proposal.stage].takes_endorsements:
        return deny("結論が出たため、賛同の受付は終わりました。")
    if organisation is None:
        return allow()
    if organisation.id not in actor.delegated_ids:
        return deny("この団体の担当者だけができます。")
    if not organisation.speaks_on(clock.today()):
        return deny(UNCONFIRMED)
    if organisation.id == proposal.organisation_id:
        return deny("自分の団体の提案には、団体として賛同できません。")
    return allow_if(actor.may_for(organisation.id, Right.SUBMIT), NO_RIGHT)


@rule("proposals.take_back_endorsement", roles=MEMBERS)
def may_take_back(
    actor: Actor, proposal: Proposal, organisation: CommunityOrganisation | None = None
) -> Decision:
    """賛同した人と団体の担当者が、結論が出るまで賛同をやめられます。"""
    return may_endorse(actor, proposal, organisation)


@rule("proposals.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """監査担当を含むすべての職員が、提出された提案を見られます（下書きは見られません）。"""
    return allow()


@rule("proposals.advance", roles=REVIEWERS)
def may_advance(_actor: Actor, proposal: Proposal) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、理由と課を示して段階を進められます。"""
    if proposal.submitted_at is None:
        return deny("この提案はまだ提出されていません。")
    if proposal.withdrawn_at is not None:
        return deny(WITHDRAWN)
    if proposal.merged_into_id is not None:
        return deny(JOINED)
    return allow_if(stages()[proposal.stage].follows, "この提案は、最後の段階まで進みました。")


@rule("proposals.review", roles=REVIEWERS)
def may_review(_actor: Actor, proposal: Proposal) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、結論の前に、公開された観点ごとに評価と理由を記します。"""
    if proposal.submitted_at is None or proposal.withdrawn_at is not None:
        return deny(WITHDRAWN if proposal.withdrawn_at else "この提案はまだ提出されていません。")
    return allow_if(not stages()[proposal.stage].is_final, "結論が出たあとは、評価を変えられません。")


@rule("proposals.look_at_flag", roles=REVIEWERS | {Role.SCREENER})
def may_look_at_flag(_actor: Actor) -> Decision:
    """職員が、同じところから短い時間に続いた賛同を確かめ、分かったことを記します。賛同は消しません。"""
    return allow()


@rule("proposals.forget_origins", roles={Role.SYSTEM})
def may_forget_origins(_actor: Actor) -> Decision:
    """賛同がどこから来たかの印を、30日たったらシステムが消します。"""
    return allow()


@rule("proposals.cover_words", roles={Role.SYSTEM})
def may_cover_words(_actor: Actor) -> Decision:
    """黒塗りが決まった提案の文を、システムが同じように伏せます。"""
    return allow()


@rule("proposals.erase_words", roles={Role.SYSTEM})
def may_erase_words(_actor: Actor) -> Decision:
    """消去が決まった提案の文を、システムが提案からも消します。"""
    return allow()
