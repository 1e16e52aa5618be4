"""Who may do what with challenges, ideas and calls for cooperation."""

from __future__ import annotations

from participation.access.actors import MEMBERS, STAFF_ROLES, Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.challenges.domain import ApplicationState, CallState, stages
from participation.challenges.models import CallApplication, Challenge, CooperationCall
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.organisations.models import CommunityOrganisation

DELEGATES = frozenset({Role.DELEGATE})
CARETAKERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
NOT_A_DELEGATE = "この団体の担当者だけができます。"
NO_RIGHT = "この操作の権限が、あなたにはありません。団体の担当者を決める人に頼んでください。"
UNCONFIRMED = "区の確認が済んだ団体だけができます。"
NOT_YOURS = "このアイデアを出した人と、その団体の担当者だけができます。"
GONE = "このアイデアは、いまは公開されていません。"


def _lacks(
    actor: Actor, organisation: CommunityOrganisation | None, organisation_id: int, right: Right
) -> str:
    """Return why the actor may not do this for an organisation; empty: they may."""
    if organisation_id not in actor.delegated_ids:
        return NOT_A_DELEGATE
    if organisation is not None and not organisation.speaks_on(clock.today()):
        return UNCONFIRMED
    return "" if actor.may_for(organisation_id, right) else NO_RIGHT


# ── Challenges ──────────────────────────────────────────────────────────────────────────────


@rule("challenges.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """すべての職員が、公開前のものも含めて、区政課題とアイデアを見られます（連絡先は別です）。"""
    return allow()


@rule("challenges.write", roles=CARETAKERS)
def may_write(_actor: Actor, challenge: Challenge | None = None) -> Decision:
    """所管課の職員・編集担当・管理者が、区政課題を書き、資料を付け、直せます。終わった課題は直せません。"""
    if challenge is None or challenge.posted_at is None:
        return allow()
    return allow_if(not stages()[challenge.stage].is_final, "終わった課題は直せません。")


@rule("challenges.post", roles=CARETAKERS | {Role.APPROVER})
def may_post(_actor: Actor, challenge: Challenge) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、区政課題を公開します。"""
    return allow_if(challenge.posted_at is None, "この課題は、もう公開しています。")


@rule("challenges.advance", roles=CARETAKERS | {Role.APPROVER})
def may_advance(_actor: Actor, challenge: Challenge) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、理由を示して課題の段階を進めます。"""
    if challenge.posted_at is None:
        return deny("この課題は、まだ公開していません。")
    return allow_if(stages()[challenge.stage].follows, "この課題は、最後の段階まで進みました。")


# ── Ideas ───────────────────────────────────────────────────────────────────────────────────


@rule("challenges.offer_idea", roles=MEMBERS)
def may_offer_idea(
    actor: Actor, challenge: Challenge | None = None, organisation: CommunityOrganisation | None = None
) -> Decision:
    """登録した人は個人として、出す権限のある担当者は団体や会社としても、アイデアを出せます。"""
    if challenge is not None and not challenge.takes_ideas_at(clock.now()):
        return deny("この課題は、いまはアイデアを受け付けていません。")
    if organisation is None:
        return allow()
    refusal = _lacks(actor, organisation, organisation.id, Right.SUBMIT)
    return deny(refusal) if refusal else allow()


@rule("challenges.change_idea", roles=MEMBERS)
def may_change_idea(actor: Actor, said: Contribution) -> Decision:
    """アイデアを出した人と、その団体の出す権限のある担当者が、公開中のアイデアを書き直せます。前の文章は残ります。"""
    if said.visibility not in (Visibility.PUBLISHED, Visibility.HELD):
        return deny(GONE)
    return allow_if(_speaks_for(actor, said, Right.SUBMIT), NOT_YOURS)


@rule("challenges.withdraw_idea", roles=MEMBERS)
def may_withdraw_idea(actor: Actor, said: Contribution) -> Decision:
    """アイデアを出した人と、その団体の取り下げる権限のある担当者が、アイデアを取り下げられます。"""
    if said.visibility not in (Visibility.PUBLISHED, Visibility.HELD):
        return deny(GONE)
    return allow_if(_speaks_for(actor, said, Right.WITHDRAW), NOT_YOURS)


@rule("challenges.link", roles=MEMBERS | CARETAKERS)
def may_link(actor: Actor, said: Contribution, challenge: Challenge | None = None) -> Decision:
    """アイデアを出した人と職員が、アイデアと課題の結び付けを確かめます。機械が見つけた候補は、人が確かめるまで結び付きません。"""
    if challenge is not None and challenge.posted_at is None:
        return deny("この課題は、まだ公開していません。")
    if said.visibility is not Visibility.PUBLISHED:
        return deny(GONE)
    return allow_if(actor.has(*CARETAKERS) or _speaks_for(actor, said, Right.SUBMIT), NOT_YOURS)


@rule("challenges.read_contact", roles={Role.OFFICER, Role.ADMINISTRATOR})
def may_read_contact(_actor: Actor) -> Decision:
    """所管課の職員と管理者だけが、公開しない連絡先を読めます。読んだことは記録に残ります。"""
    return allow()


@rule("challenges.grow_idea", roles=DELEGATES)
def may_grow(
    actor: Actor,
    said: Contribution,
    may_be_taken_up: bool = False,
    organisation: CommunityOrganisation | None = None,
) -> Decision:
    """アイデアを出した人が担当する団体が、アイデアを提案にできます。出した人がよいと言ったものは、ほかの団体もできます。"""
    if said.visibility is not Visibility.PUBLISHED:
        return deny(GONE)
    if not may_be_taken_up and not _speaks_for(actor, said, Right.DRAFT):
        return deny(NOT_YOURS)
    if organisation is None:
        return allow()
    refusal = _lacks(actor, organisation, organisation.id, Right.DRAFT)
    return deny(refusal) if refusal else allow()


@rule("challenges.follow_words", roles={Role.SYSTEM})
def may_follow_words(_actor: Actor) -> Decision:
    """アイデアや募集の文が伏せられ、取り下げられ、消されたとき、システムが題名と連絡先を合わせます。"""
    return allow()


def _speaks_for(actor: Actor, said: Contribution, right: Right) -> bool:
    """An idea of an organisation is the organisation's: who wrote it for them may act while they hold the right."""
    if said.organisation_id is not None:
        return actor.may_for(said.organisation_id, right)
    return actor.person_id is not None and said.author_id == actor.person_id


# ── Calls for cooperation ───────────────────────────────────────────────────────────────────


@rule("challenges.call", roles=DELEGATES)
def may_call(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """区の確認が済んだ団体の、出す権限のある担当者が、協力の募集を出せます。"""
    refusal = _lacks(actor, organisation, organisation.id, Right.SUBMIT)
    return deny(refusal) if refusal else allow()


@rule("challenges.change_call", roles=DELEGATES)
def may_change_call(actor: Actor, call: CooperationCall) -> Decision:
    """募集を出した団体の、出す権限のある担当者が、終わるまで募集を書き直せます。前の内容は残ります。"""
    return may_close_call(actor, call)


@rule("challenges.close_call", roles=DELEGATES)
def may_close_call(actor: Actor, call: CooperationCall) -> Decision:
    """募集を出した団体の、出す権限のある担当者が、理由を示して募集を終えるか、取りやめます。"""
    if refusal := _lacks(actor, None, call.organisation_id, Right.SUBMIT):
        return deny(refusal)
    return allow_if(call.closed_at is None, "この募集は、もう終わっています。")


@rule("challenges.apply", roles=DELEGATES)
def may_apply(
    actor: Actor, call: CooperationCall, organisation: CommunityOrganisation | None = None
) -> Decision:
    """ほかの団体の、出す権限のある担当者が、期限まで応募できます。"""
    state = call.state_on(clock.today())
    if state is not CallState.OPEN:
        return deny(
            "応募の期限が過ぎました。" if state is CallState.OVER else "この募集は、もう終わっています。"
        )
    if organisation is None:
        return allow()
    if organisation.id == call.organisation_id:
        return deny("自分の団体の募集には応募できません。")
    refusal = _lacks(actor, organisation, organisation.id, Right.SUBMIT)
    return deny(refusal) if refusal else allow()


@rule("challenges.answer_application", roles=DELEGATES)
def may_answer(actor: Actor, call: CooperationCall, application: CallApplication | None = None) -> Decision:
    """募集を出した団体の、出す権限のある担当者が、理由を示して応募に返事をします。"""
    if refusal := _lacks(actor, None, call.organisation_id, Right.SUBMIT):
        return deny(refusal)
    if application is None:
        return allow()
    return allow_if(application.state is ApplicationState.SENT, "この応募には、もう返事があります。")


@rule("challenges.take_back_application", roles=DELEGATES)
def may_take_back(actor: Actor, application: CallApplication) -> Decision:
    """応募した団体の、取り下げる権限のある担当者が、返事が来る前の応募をやめられます。"""
    if refusal := _lacks(actor, None, application.organisation_id, Right.WITHDRAW):
        return deny(refusal)
    return allow_if(application.state is ApplicationState.SENT, "この応募には、もう返事があります。")
