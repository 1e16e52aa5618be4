"""Who may open the desk, read the register, and act on several opinions at once."""

from __future__ import annotations

from participation.access.actors import EVERY_STAFF_ROLE, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.desk.models import BulkBatch
from participation.jobs.models import LongRun

REGISTER_READERS = STAFF_ROLES - {Role.ANALYST}
WORKERS = frozenset({Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.ADMINISTRATOR})


@rule("desk.open", roles=EVERY_STAFF_ROLE)
def may_open(_actor: Actor) -> Decision:
    """職員はだれでも、きょうの仕事と件数を見られます。"""
    return allow()


@rule("desk.read_register", roles=REGISTER_READERS)
def may_read_register(_actor: Actor) -> Decision:
    """分析担当のほかの職員は、寄せられた発言をすべて読めます（氏名・住所を除く）。"""
    return allow()


@rule("desk.export_register", roles=REGISTER_READERS)
def may_export_register(_actor: Actor) -> Decision:
    """受付簿を読める職員は、だれが言ったかを除いて、ファイルに書き出せます。書き出したことは記録します。"""
    return allow()


@rule("desk.act", roles=WORKERS)
def may_act(_actor: Actor) -> Decision:
    """職員が、意見にまとめて対応します。できることは役割ごとに違います（確認・保留・非表示は確認担当など）。"""
    return allow()


@rule("desk.undo", roles=WORKERS)
def may_undo(actor: Actor, batch: BulkBatch) -> Decision:
    """自分がまとめて行ったことを、しばらくのあいだ取り消せます。"""
    return allow_if(batch.person_id == actor.person_id, "ほかの職員が行ったことは取り消せません。")


@rule("desk.see_runs", roles=STAFF_ROLES)
def may_see_runs(_actor: Actor) -> Decision:
    """職員はだれでも、時間のかかる処理の進み具合を見られます。"""
    return allow()


@rule("desk.steer_run", roles=STAFF_ROLES - {Role.AUDITOR})
def may_steer_run(actor: Actor, run: LongRun) -> Decision:
    """時間のかかる処理を取りやめる、もう一度行う。できるのは、頼んだ職員と管理者です。"""
    is_own = run.asked_by_id is not None and run.asked_by_id == actor.person_id
    return allow_if(is_own or actor.has(Role.ADMINISTRATOR), "できるのは、この処理を頼んだ職員と管理者です。")
