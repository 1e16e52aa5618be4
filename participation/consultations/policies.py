"""Who may do what with consultations."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.consultations.models import Consultation

WRITERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
DECIDERS = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
OTHER_SECTION = "ほかの課の案件は、編集担当か管理者だけが変えられます。"


def _works_for(actor: Actor, section_id: int | None) -> Decision:
    everywhere = actor.has(Role.EDITOR, Role.ADMINISTRATOR, Role.SYSTEM)
    own = section_id is not None and section_id == actor.section_id
    return allow_if(everywhere or own, OTHER_SECTION)


@rule("consultations.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """職員は、まだ公開していない案件も読めます。"""
    return allow()


@rule("consultations.draft", roles=WRITERS)
def may_draft(actor: Actor, section_id: int | None) -> Decision:
    """所管課の職員は自分の課の案件を、編集担当と管理者はどの課の案件も作れます。"""
    return _works_for(actor, section_id)


@rule("consultations.change", roles=WRITERS)
def may_change(actor: Actor, consultation: Consultation) -> Decision:
    """所管課の職員は自分の課の案件の内容・期間・対象・資料を、編集担当と管理者はどの課のものも変えられます。"""
    return _works_for(actor, consultation.section_id)


@rule("consultations.open", roles=DECIDERS)
def may_open(_actor: Actor, _consultation: Consultation) -> Decision:
    """編集担当・決裁者・管理者が、募集を始めます。"""
    return allow()


@rule("consultations.extend", roles=DECIDERS)
def may_extend(_actor: Actor, _consultation: Consultation) -> Decision:
    """編集担当・決裁者・管理者が、約束した締切を延ばします。"""
    return allow()


@rule("consultations.close", roles=DECIDERS)
def may_close(_actor: Actor, _consultation: Consultation) -> Decision:
    """編集担当・決裁者・管理者が、募集を終えます。"""
    return allow()


@rule("consultations.publish_result", roles=DECIDERS)
def may_publish_result(_actor: Actor, _consultation: Consultation) -> Decision:
    """編集担当・決裁者・管理者が、「結果を公表」にします。"""
    return allow()


@rule("consultations.not_conduct", roles=DECIDERS)
def may_not_conduct(_actor: Actor, _consultation: Consultation) -> Decision:
    """編集担当・決裁者・管理者が、理由を示して「実施しない」にします。"""
    return allow()
