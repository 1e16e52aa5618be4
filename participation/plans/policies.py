"""Who may do what with plans. Reading needs no rule: every published plan is public."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.plans.models import Plan, PlanDraft, PlanNode, PlanVersion

KEEPERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
PUBLISHERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})


@rule("plans.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """職員は、公開前の版も含めて、計画の一覧を見られます。"""
    return allow()


@rule("plans.import", roles=KEEPERS)
def may_import(_actor: Actor, _title: str) -> Decision:
    """編集担当と管理者が、計画の文書を新しい版として取り込みます。"""
    return allow()


@rule("plans.publish", roles=PUBLISHERS)
def may_publish(_actor: Actor, version: PlanVersion) -> Decision:
    """決裁者と管理者が、まだ公開していない版を公開します。"""
    return allow_if(version.published_at is None, "この版はもう公開されています。")


@rule("plans.open_node", roles=KEEPERS)
def may_open_node(_actor: Actor, node: PlanNode) -> Decision:
    """編集担当と管理者が、今の版にある項目で声の受付を始めます。"""
    return allow_if(node.standing, "今の版にない項目では、話し合いを始められません。")


@rule("plans.close_node", roles=KEEPERS)
def may_close_node(_actor: Actor, _node: PlanNode) -> Decision:
    """編集担当と管理者が、項目の声の受付を終えます。いただいた声は残ります。"""
    return allow()


@rule("plans.edit_summary", roles=KEEPERS)
def may_edit_summary(_actor: Actor, _node: PlanNode) -> Decision:
    """編集担当と管理者が、項目の3行のまとめを書きます。"""
    return allow()


@rule("plans.link_related", roles=KEEPERS | PUBLISHERS)
def may_link_related(_actor: Actor, _plan: Plan | None) -> Decision:
    """編集担当・決裁者・管理者が、ほかの計画の似た記述を探し直します。"""
    return allow()


@rule("plans.keep_draft", roles=KEEPERS)
def may_keep_draft(_actor: Actor, _title: str) -> Decision:
    """編集担当と管理者が、文書をアップロードして、読み取った内容を確かめます。"""
    return allow()


@rule("plans.discard_draft", roles=KEEPERS)
def may_discard_draft(_actor: Actor, _draft: PlanDraft) -> Decision:
    """編集担当と管理者が、取り込む前の文書を消します。"""
    return allow()


@rule("plans.load", roles=frozenset({Role.ADMINISTRATOR}))
def may_load(_actor: Actor, _home_ward: str) -> Decision:
    """管理者と準備のコマンドが、用意された計画を読み込みます。"""
    return allow()
