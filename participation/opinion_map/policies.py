"""Who may do what with opinion maps."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import LOG_IN_FIRST, Decision, allow, allow_if, deny, rule
from participation.opinion_map.domain.maps import Audience, MapStatus
from participation.opinion_map.models import OpinionMap

EDITORS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
READERS_OF_STATEMENTS = EDITORS | {Role.SCREENER}
ANALYSTS = frozenset({Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
NOT_YET = "この意見の地図の受付はまだ始まっていません。"
OVER = "この意見の地図は締め切りました。"


@rule("opinion_map.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """監査担当を含むすべての職員が見られます。だれがどう答えたかは、職員にも見えません。"""
    return allow()


@rule("opinion_map.draft", roles=EDITORS)
def may_draft(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が作れます。"""
    return allow()


@rule("opinion_map.change", roles=EDITORS)
def may_change(_actor: Actor, opinion_map: OpinionMap) -> Decision:
    """作る職員が、下書きの間だけ変えられます。意見文は受付中も足せます。"""
    return allow_if(opinion_map.status is MapStatus.DRAFT, "公開した意見の地図の問いと期間は変えられません。")


@rule("opinion_map.open", roles=EDITORS)
def may_open(_actor: Actor, opinion_map: OpinionMap) -> Decision:
    """作る職員が、下書きを一度だけ公開できます。"""
    return allow_if(opinion_map.status is MapStatus.DRAFT, "この意見の地図はもう公開しています。")


@rule("opinion_map.close", roles=EDITORS)
def may_close(_actor: Actor, opinion_map: OpinionMap) -> Decision:
    """作る職員が、受付中のものを締め切れます。"""
    return allow_if(opinion_map.status is MapStatus.OPEN, "受付中の意見の地図だけを締め切れます。")


@rule("opinion_map.seed", roles=EDITORS)
def may_seed(_actor: Actor, opinion_map: OpinionMap) -> Decision:
    """作る職員が、締め切るまで意見文を足せます。"""
    return allow_if(opinion_map.status is not MapStatus.CLOSED, OVER)


@rule("opinion_map.decide_statement", roles=READERS_OF_STATEMENTS)
def may_decide_statement(_actor: Actor) -> Decision:
    """確認担当と作る職員が、寄せられた意見文を公開し、取り下げ、まとめられます。"""
    return allow()


@rule("opinion_map.follow_register", roles={Role.SYSTEM})
def may_follow_register(_actor: Actor) -> Decision:
    """発言の記録で公開・非表示・黒塗りになった意見文に、システムが合わせます。"""
    return allow()


@rule("opinion_map.vote", roles=EVERYBODY)
def may_vote(actor: Actor, opinion_map: OpinionMap) -> Decision:
    """地図の定めにより、だれでも、または登録した人が、受付期間中に答え、変えられます。"""
    if opinion_map.status is MapStatus.DRAFT:
        return deny(NOT_YET)
    return allow_if(opinion_map.audience is Audience.ANYONE or actor.is_member, LOG_IN_FIRST)


@rule("opinion_map.offer", roles=EVERYBODY)
def may_offer(actor: Actor, opinion_map: OpinionMap) -> Decision:
    """答えられる人が、受付期間中に意見文を出せます（職員が確認してから公開します）。"""
    if not opinion_map.takes_statements:
        return deny("この意見の地図では、意見文を受け付けていません。")
    return may_vote(actor, opinion_map)


@rule("opinion_map.compute", roles=ANALYSTS | {Role.SYSTEM})
def may_compute(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が計算を頼めます。票が増えたときと締め切ったあとには、システムも計算します。"""
    return allow()


@rule("opinion_map.name_group", roles=ANALYSTS)
def may_name_group(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、グループに名前を付けられます。"""
    return allow()


@rule("opinion_map.publish", roles=ANALYSTS)
def may_publish(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、計算した地図を版として公開できます。公開した版は変わりません。"""
    return allow()


@rule("opinion_map.take_in", roles={Role.ANALYST, Role.ADMINISTRATOR})
def may_take_in(_actor: Actor) -> Decision:
    """分析担当と管理者が、ほかで行った投票（Polisの書き出し）を取り込めます。"""
    return allow()


@rule("opinion_map.recount", roles={Role.ADMINISTRATOR})
def may_recount(_actor: Actor) -> Decision:
    """管理者とコマンドが数え直します。"""
    return allow()
