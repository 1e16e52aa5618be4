"""Who may do what with what was read."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, rule

# ── Who is missing, what is like it ─────────────────────────────────────────────────────────


@rule("reading.see_coverage", roles=STAFF_ROLES)
def may_see_coverage(_actor: Actor) -> Decision:
    """すべての職員が、届いた声のかたよりと、声のないところを見られます。5人に満たない数は出しません。"""
    return allow()


@rule("reading.set_population", roles={Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
def may_set_population(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、比べるための人口の表を入れられます。"""
    return allow()
