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
    """対応を決める職員と監査担当が、通報と対応の記録を見られます。"""
    return allow()


@rule("moderation.report", roles=MEMBERS)
def may_report(actor: Actor, said: Contribution) -> Decision:
    """アカウントのある人が、ほかの人の公開された発言を、1日20件まで、一つにつき一度通報できます。"""
    if said.author_id is not None and said.author_id == actor.person_id:
        return deny("自分の投稿は、通報ではなく「取り下げる」を使ってください。")
    return allow_if(said.visibility is Visibility.PUBLISHED, NOT_PUBLIC)


def _not_own(actor: Actor, said: Contribution) -> Decision:
    return allow_if(actor.person_id is None or said.author_id != actor.person_id, OWN_WORDS)


@rule("moderation.hold", roles=DECIDERS)
def may_hold(actor: Actor, said: Contribution) -> Decision:
    """対応を決める職員が、自分の発言でないものを保留します。"""
    return _not_own(actor, said)


@rule("moderation.hide", roles=DECIDERS)
def may_hide(actor: Actor, said: Contribution) -> Decision:
    """対応を決める職員が、ルールの項を挙げて、自分の発言でないものを非表示にします。"""
    return _not_own(actor, said)


@rule("moderation.restore", roles=DECIDERS)
def may_restore(actor: Actor, said: Contribution) -> Decision:
    """対応を決める職員が、自分の発言でないものをもとに戻します。"""
    return _not_own(actor, said)


@rule("moderation.keep", roles=DECIDERS)
def may_keep(actor: Actor, said: Contribution) -> Decision:
    """対応を決める職員が、自分の発言でないものをそのままにすると決めます。"""
    return _not_own(actor, said)


@rule("moderation.appeal", roles=MEMBERS)
def may_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """非表示にされた発言を書いた人が、対応ごとに一度だけ申し出られます。"""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny("異議を申し出られるのは、書いた本人だけです。")
    return allow_if(
        decision.kind is DecisionKind.HIDE and said.visibility is Visibility.HIDDEN,
        "この決定には、今は異議を申し出る必要がありません。",
    )


@rule("moderation.answer_appeal", roles=DECIDERS)
def may_answer_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """もとの対応をした職員と書いた人のほかの職員が、異議に答えます。"""
    if actor.person_id is not None and decision.decided_by_id == actor.person_id:
        return deny(OWN_DECISION)
    return _not_own(actor, said)


@rule("moderation.load_rules", roles={Role.ADMINISTRATOR})
def may_load_rules(_actor: Actor) -> Decision:
    """管理者とコマンドが、話し合いのルールを読み込みます。"""
    return allow()
