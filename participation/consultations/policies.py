"""Who may do what with consultations."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow_if, rule
from participation.consultations.models import Consultation

WRITERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
DECIDERS = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
OTHER_SECTION = "ほかの課の案件は、編集担当か管理者だけが変えられます。"


def _works_on(actor: Actor, section_id: int | None) -> Decision:
    everywhere = actor.has(Role.EDITOR, Role.ADMINISTRATOR, Role.SYSTEM)
    own = section_id is not None and section_id == actor.section_id
    return allow_if(everywhere or own, OTHER_SECTION)


@rule("consultations.look", roles=EVERYBODY | STAFF_ROLES)
def may_look(_actor: Actor, _consultation: Consultation | None = None) -> Decision:
    """Everybody: a consultation is public from its first announcement."""
    return allow_if(True, "")


@rule("consultations.draft", roles=WRITERS)
def may_draft(actor: Actor, section_id: int | None) -> Decision:
    """Officers for their own section; editors and administrators for every one."""
    return _works_on(actor, section_id)


@rule("consultations.change", roles=WRITERS)
def may_change(actor: Actor, consultation: Consultation) -> Decision:
    """Officers of the consultation's section; editors and administrators."""
    return _works_on(actor, consultation.section_id)


@rule("consultations.schedule", roles=WRITERS)
def may_schedule(actor: Actor, consultation: Consultation) -> Decision:
    """Officers of the consultation's section; editors and administrators."""
    return _works_on(actor, consultation.section_id)


@rule("consultations.extend", roles=DECIDERS)
def may_extend(actor: Actor, consultation: Consultation) -> Decision:
    """Editors, approvers and administrators: a promised deadline moves only with a decision."""
    return allow_if(consultation.id is not None, "")


@rule("consultations.open", roles=DECIDERS)
def may_open(actor: Actor, consultation: Consultation) -> Decision:
    """Editors, approvers and administrators."""
    return allow_if(consultation.id is not None, "")


@rule("consultations.close", roles=DECIDERS)
def may_close(actor: Actor, consultation: Consultation) -> Decision:
    """Editors, approvers and administrators."""
    return allow_if(consultation.id is not None, "")


@rule("consultations.publish_result", roles=DECIDERS)
def may_publish_result(actor: Actor, consultation: Consultation) -> Decision:
    """Editors, approvers and administrators."""
    return allow_if(consultation.id is not None, "")


@rule("consultations.not_conduct", roles=DECIDERS)
def may_not_conduct(actor: Actor, consultation: Consultation) -> Decision:
    """Editors, approvers and administrators."""
    return allow_if(consultation.id is not None, "")
