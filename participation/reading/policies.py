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


#: Who reads the register may see what in it is alike.
READERS = STAFF_ROLES - {Role.ANALYST}


@rule("reading.find_alike", roles=READERS)
def may_find_alike(_actor: Actor) -> Decision:
    """受付簿を読める職員が、似た意見、前に答えた似た意見、どの論点にも似ていない意見を探せます。"""
    return allow()


@rule("reading.index", roles={Role.ADMINISTRATOR, Role.SYSTEM})
def may_index(_actor: Actor) -> Decision:
    """システムが、意見が届き、変わり、消されるたびに索引を合わせます。管理者はコマンドで作り直せます。"""
    return allow()


@rule("reading.compare", roles={Role.EDITOR, Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM})
def may_compare(_actor: Actor) -> Decision:
    """編集担当・所管課の職員・管理者が、論点に入っていない意見を比べ直せます。毎晩、システムも比べます。"""
    return allow()
