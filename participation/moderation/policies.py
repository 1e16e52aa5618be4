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
    """Staff who decide, and the auditor, see reports and decisions."""
    return allow()


@rule("moderation.report", roles=MEMBERS)
def may_report(actor: Actor, said: Contribution) -> Decision:
    """Whoever has an account, about what others published; 20 a day, once about each."""
    if said.author_id is not None and said.author_id == actor.person_id:
        return deny("自分の投稿は、通報ではなく「取り下げる」を使ってください。")
    return allow_if(said.visibility is Visibility.PUBLISHED, NOT_PUBLIC)


def _not_own(actor: Actor, said: Contribution) -> Decision:
    return allow_if(actor.person_id is None or said.author_id != actor.person_id, OWN_WORDS)


@rule("moderation.hold", roles=DECIDERS)
def may_hold(actor: Actor, said: Contribution) -> Decision:
    """Staff who decide, except on their own words."""
    return _not_own(actor, said)


@rule("moderation.hide", roles=DECIDERS)
def may_hide(actor: Actor, said: Contribution) -> Decision:
    """Staff who decide, naming a clause, except on their own words."""
    return _not_own(actor, said)


@rule("moderation.restore", roles=DECIDERS)
def may_restore(actor: Actor, said: Contribution) -> Decision:
    """Staff who decide, except on their own words."""
    return _not_own(actor, said)


@rule("moderation.keep", roles=DECIDERS)
def may_keep(actor: Actor, said: Contribution) -> Decision:
    """Staff who decide, except on their own words."""
    return _not_own(actor, said)


@rule("moderation.appeal", roles=MEMBERS)
def may_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """The author of what was hidden, once per decision."""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny("異議を申し出られるのは、書いた本人だけです。")
    return allow_if(
        decision.kind is DecisionKind.HIDE and said.visibility is Visibility.HIDDEN,
        "この決定には、今は異議を申し出る必要がありません。",
    )


@rule("moderation.answer_appeal", roles=DECIDERS)
def may_answer_appeal(actor: Actor, decision: ModerationDecision, said: Contribution) -> Decision:
    """Staff other than the one who decided and other than the author."""
    if actor.person_id is not None and decision.decided_by_id == actor.person_id:
        return deny(OWN_DECISION)
    return _not_own(actor, said)


@rule("moderation.load_rules", roles={Role.ADMINISTRATOR})
def may_load_rules(_actor: Actor) -> Decision:
    """The administrator, or the command line."""
    return allow()
