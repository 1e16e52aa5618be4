"""Who may do what with votes."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import LOG_IN_FIRST, Decision, allow, allow_if, deny, rule
from participation.votes.domain import Audience, VoteStatus
from participation.votes.models import Vote

EDITORS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
NOT_YET = "この参考投票の受付はまだ始まっていません。"
OVER = "この参考投票は締め切りました。"


@rule("votes.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """監査担当を含むすべての職員が見られます（締切まで数を見せない投票では、数を除きます）。"""
    return allow()


@rule("votes.draft", roles=EDITORS)
def may_draft(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が作れます。"""
    return allow()


@rule("votes.change", roles=EDITORS)
def may_change(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、下書きの間だけ変えられます（票の意味が変わらないように）。"""
    return allow_if(
        vote.status is VoteStatus.DRAFT, "公開した参考投票は変えられません（票の意味が変わるため）。"
    )


@rule("votes.publish", roles=EDITORS)
def may_publish(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、下書きを一度だけ公開できます。"""
    return allow_if(vote.status is VoteStatus.DRAFT, "この参考投票はもう公開しています。")


@rule("votes.close", roles=EDITORS)
def may_close(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、受付中のものを締め切れます。"""
    return allow_if(vote.status is VoteStatus.OPEN, "受付中の参考投票だけを締め切れます。")


@rule("votes.cast", roles=EVERYBODY)
def may_cast(actor: Actor, vote: Vote) -> Decision:
    """投票の定めにより、だれでも、または登録した人が、受付期間中に1票を入れ、変えられます。"""
    if vote.status is VoteStatus.DRAFT:
        return deny(NOT_YET)
    return allow_if(vote.audience is Audience.ANYONE or actor.is_member, LOG_IN_FIRST)


@rule("votes.recount", roles={Role.ADMINISTRATOR})
def may_recount(_actor: Actor) -> Decision:
    """管理者とコマンドが数え直します。"""
    return allow()
