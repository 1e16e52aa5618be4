"""Who may report, decide, object and answer."""

from __future__ import annotations

from participation.access.actors import MEMBERS, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.moderation.domain import DecisionKind
from participation.moderation.models import ModerationDecision

DECIDERS = frozenset({Role.SCREENER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})

OWN_WORDS = "自分が書いたものについては、ほかの職員が判断します。"
OWN_DECISION = "自分の決定への異議は、ほかの職員が読みます。"
NOT_PUBLIC = "この投稿は、今は表示されていません。"


@rule("moderation.see", roles=DECIDERS | {Role.AUDITOR})
def may_see(_actor: Actor) -> Decision:
    """確認をする職員と監査担当が、知らせと決定を読めます。"""
    return allow()


@rule("moderation.report", roles=MEMBERS)
def may_report(actor: Actor, said: Contribution) -> Decision:
    """登録した人が、公開中のほかの人の投稿についてできます。1日20件まで、1つに1回です。"""
    if said.author_id is not None and said.author_id == actor.person_id:
        return deny("自分の投稿は、通報ではなく「取り下げる」を使ってください。")
    return allow_if(said.visibility is Visibility.PUBLISHED, NOT_PUBLIC)


def _not_own(actor: Actor, said: Contribution) -> Decision:
    return allow_if(actor.person_id is None or said.author_id != actor.person_id, OWN_WORDS)


@rule("moderation.hold", roles=DECIDERS)
def may_hold(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員ができます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.hide", roles=DECIDERS)
def may_hide(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員が、ルールの条を示してできます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.restore", roles=DECIDERS)
def may_restore(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員ができます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.keep", roles=DECIDERS)
def may_keep(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員ができます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.appeal", roles=MEMBERS)
def may_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """非表示にされた本人が、1つの決定に1回できます。"""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny("異議を申し出られるのは、書いた本人だけです。")
    return allow_if(
        decision.kind is DecisionKind.HIDE and said.visibility is Visibility.HIDDEN,
        "この決定には、今は異議を申し出る必要がありません。",
    )


@rule("moderation.answer_appeal", roles=DECIDERS)
def may_answer_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """決めた人と書いた人のほかの、確認をする職員ができます。"""
    if actor.person_id is not None and decision.decided_by_id == actor.person_id:
        return deny(OWN_DECISION)
    return _not_own(actor, said)


@rule("moderation.load_rules", roles={Role.ADMINISTRATOR})
def may_load_rules(_actor: Actor) -> Decision:
    """管理者が、コマンドでできます。"""
    return allow()
