"""Who may do what with projects."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.projects.models import Project

CARETAKERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
ENDED = "終わったプロジェクトは変えられません。"


@rule("projects.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """すべての職員が、公開前のものも含めて、プロジェクトを見られます。"""
    return allow()


@rule("projects.write", roles=CARETAKERS)
def may_write(_actor: Actor, project: Project | None = None) -> Decision:
    """所管課の職員・編集担当・管理者が、プロジェクトを書き、集めるものを選べます。"""
    return allow_if(project is None or project.ended_at is None, ENDED)


@rule("projects.publish", roles=CARETAKERS | {Role.APPROVER})
def may_publish(_actor: Actor, project: Project) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、プロジェクトを公開します。"""
    return allow_if(project.published_at is None, "このプロジェクトは、もう公開しています。")


@rule("projects.end", roles=CARETAKERS | {Role.APPROVER})
def may_end(_actor: Actor, project: Project) -> Decision:
    """所管課の職員・編集担当・決裁者・管理者が、結果を示してプロジェクトを終えます。"""
    if project.published_at is None:
        return deny("このプロジェクトは、まだ公開していません。")
    return allow_if(project.ended_at is None, ENDED)
