"""Who may do what with plans. Reading needs no rule: every published plan is public."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.plans.models import Plan, PlanDraft, PlanNode, PlanVersion

KEEPERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
PUBLISHERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})


@rule("plans.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """All staff see the desk's list of plans, with versions that are not published yet."""
    return allow()


@rule("plans.import", roles=KEEPERS)
def may_import(_actor: Actor, _title: str) -> Decision:
    """Editors and administrators take a document in as a new version."""
    return allow()


@rule("plans.publish", roles=PUBLISHERS)
def may_publish(_actor: Actor, version: PlanVersion) -> Decision:
    """Approvers and administrators publish a version, once."""
    return allow_if(version.published_at is None, "この版はもう公開されています。")


@rule("plans.open_node", roles=KEEPERS)
def may_open_node(_actor: Actor, node: PlanNode) -> Decision:
    """Editors and administrators let people speak about a node that stands in the plan."""
    return allow_if(node.standing, "今の版にない項目では、話し合いを始められません。")


@rule("plans.close_node", roles=KEEPERS)
def may_close_node(_actor: Actor, _node: PlanNode) -> Decision:
    """Editors and administrators end the speaking about a node; what was said stays."""
    return allow()


@rule("plans.edit_summary", roles=KEEPERS)
def may_edit_summary(_actor: Actor, _node: PlanNode) -> Decision:
    """Editors and administrators word the plain summary of a node."""
    return allow()


@rule("plans.link_related", roles=KEEPERS | PUBLISHERS)
def may_link_related(_actor: Actor, _plan: Plan | None) -> Decision:
    """Who takes in or publishes versions has related passages looked for again."""
    return allow()


@rule("plans.keep_draft", roles=KEEPERS)
def may_keep_draft(_actor: Actor, _title: str) -> Decision:
    """Editors and administrators upload a document to look at what would be understood."""
    return allow()


@rule("plans.discard_draft", roles=KEEPERS)
def may_discard_draft(_actor: Actor, _draft: PlanDraft) -> Decision:
    """Editors and administrators throw an upload away."""
    return allow()


@rule("plans.load", roles=frozenset({Role.ADMINISTRATOR}))
def may_load(_actor: Actor, _home_ward: str) -> Decision:
    """Administrators (and the set-up) load the plans that come with the site."""
    return allow()
