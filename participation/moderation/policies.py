"""Who may report, decide, object and answer."""

from __future__ import annotations

from participation.access.actors import MEMBERS, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.moderation.domain import MAY_BE_OBJECTED_TO, DecisionKind
from participation.moderation.models import ModerationDecision

DECIDERS = frozenset({Role.SCREENER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})

OWN_WORDS = "自分が書いたものについては、ほかの職員が判断します。"
OWN_DECISION = "自分の決定への異議は、ほかの職員が読みます。"
OWN_PROPOSAL = "自分が出した黒塗りの案は、ほかの職員が確認します。"
OWN_COVERING = "自分が決めた黒塗りは、ほかの職員が外します。"
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
    """非表示や黒塗りにされた本人が、1つの決定に1回できます。"""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny("異議を申し出られるのは、書いた本人だけです。")
    stands = (
        said.covered_for if decision.kind is DecisionKind.REDACT else said.visibility is Visibility.HIDDEN
    )
    return allow_if(
        decision.kind in MAY_BE_OBJECTED_TO and bool(stands),
        "この決定には、今は異議を申し出る必要がありません。",
    )


@rule("moderation.answer_appeal", roles=DECIDERS)
def may_answer_appeal(
    actor: Actor, decision: ModerationDecision, said: Contribution, proposers: frozenset[int] = frozenset()
) -> Decision:
    """決めた人（黒塗りは案を出した人も）と書いた人のほかの、確認をする職員ができます。"""
    if actor.person_id is not None and actor.person_id in {decision.decided_by_id, *proposers}:
        return deny(OWN_DECISION)
    return _not_own(actor, said)


@rule("moderation.propose_redaction", roles=DECIDERS)
def may_propose_redaction(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員が、黒塗りの案を出せます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.decide_redaction", roles=DECIDERS)
def may_decide_redaction(actor: Actor, said: Contribution, proposers: frozenset[int]) -> Decision:
    """案を出した人のほかの職員が、黒塗りにするかを決めます。自分の書いたものは除きます。"""
    if actor.person_id is not None and actor.person_id in proposers:
        return deny(OWN_PROPOSAL)
    return _not_own(actor, said)


@rule("moderation.lift_redaction", roles=DECIDERS)
def may_lift_redaction(actor: Actor, said: Contribution, deciders: frozenset[int]) -> Decision:
    """黒塗りを決めた人のほかの職員が、理由を書いて外せます。自分の書いたものは除きます。"""
    if actor.person_id is not None and actor.person_id in deciders:
        return deny(OWN_COVERING)
    return _not_own(actor, said)


@rule("moderation.look_at_redacted", roles=DECIDERS, look="黒塗りの下の文字")
def may_look_at_redacted(_actor: Actor, _said: Contribution) -> Decision:
    """確認をする職員が、理由を書いて、伏せた文字を見られます。見たことはすべて記録します。"""
    return allow()


@rule("moderation.tell_at_once", roles={Role.SYSTEM})
def may_tell_at_once(_actor: Actor) -> Decision:
    """システムが、助けを求める声かもしれない書き込みを、確認担当にすぐメールで知らせます。書き込みの文は載せません。"""
    return allow()


@rule("moderation.note_concerns", roles={Role.SYSTEM})
def may_note_concerns(_actor: Actor) -> Decision:
    """システムが、職員に読んでほしい文に印を付けます。表示は変えません。"""
    return allow()


@rule("moderation.settle_concern", roles=DECIDERS)
def may_settle_concern(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員が、要注意の文に対応済みの印を付けられます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.send_guidance", roles=DECIDERS)
def may_send_guidance(actor: Actor, said: Contribution) -> Decision:
    """確認をする職員が、用意された案内を書いた人に送れます。自分の書いたものは除きます。"""
    return _not_own(actor, said)


@rule("moderation.load_rules", roles={Role.ADMINISTRATOR})
def may_load_rules(_actor: Actor) -> Decision:
    """管理者が、コマンドでできます。"""
    return allow()
