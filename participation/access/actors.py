"""Actors: the person (or system part) on whose behalf something happens, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may be to the ward (役割)."""

    VISITOR = "visitor"
    RESIDENT = "resident"
    DELEGATE = "delegate"
    OFFICER = "officer"
    SCREENER = "screener"
    EDITOR = "editor"
    APPROVER = "approver"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    DISTRICT_OFFICE = "district_office"
    SYSTEM = "system"


ROLE_NAMES = {
    Role.VISITOR: "ログインしていない人",
    Role.RESIDENT: "登録した人",
    Role.DELEGATE: "団体の担当者",
    Role.OFFICER: "所管課の職員",
    Role.SCREENER: "確認担当",
    Role.EDITOR: "編集担当",
    Role.APPROVER: "決裁者",
    Role.ANALYST: "分析担当",
    Role.ADMINISTRATOR: "管理者",
    Role.AUDITOR: "監査担当",
    Role.DISTRICT_OFFICE: "地区サービス事務所の職員",
    Role.SYSTEM: "システム",
}

STAFF_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.SCREENER,
        Role.EDITOR,
        Role.APPROVER,
        Role.ANALYST,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    }
)
#: Who works at a 地区サービス事務所: sees what concerns its 地区, and nothing of the others.
EVERY_STAFF_ROLE = STAFF_ROLES | {Role.DISTRICT_OFFICE}
EVERYBODY = frozenset({Role.VISITOR, Role.RESIDENT, Role.DELEGATE})
MEMBERS = frozenset({Role.RESIDENT, Role.DELEGATE})


class Right(StrEnum):
    """What a delegate may do for an organisation during their term (団体の担当者の権限)."""

    DRAFT = "draft"
    APPROVE = "approve"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    MANAGE = "manage"


RIGHT_NAMES = {
    Right.DRAFT: "下書きを書く",
    Right.APPROVE: "団体の中で承認する",
    Right.SUBMIT: "団体の名前で出す",
    Right.WITHDRAW: "取り下げる",
    Right.MANAGE: "担当者と登録の内容を決める",
}
EVERY_RIGHT = frozenset(Right)


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: their roles, their section (所管課), the organisations they may speak for.

    `organisation_ids` are those in whose name they may speak (with the right to submit);
    `delegations` say more finely what they may do for which organisation.

    `area_id` is the 地区 of the section, if the section is the office of one (地区サービス事務所).

    `guest_key` recognises a visitor within one visit (a random value from a signed cookie), so that a
    visitor too answers a question once and finds their receipts again.
    """

    roles: frozenset[Role]
    person_id: int | None = None
    name: str = ""
    section_id: int | None = None
    organisation_ids: frozenset[int] = field(default=frozenset())
    guest_key: str | None = None
    delegations: frozenset[tuple[int, Right]] = field(default=frozenset())
    area_id: int | None = None

    @property
    def delegated_ids(self) -> frozenset[int]:
        """The organisations for which the actor may do anything at all."""
        return frozenset(organisation_id for organisation_id, _ in self.delegations)

    def may_for(self, organisation_id: int, right: Right) -> bool:
        """Return whether the actor holds this right of this organisation."""
        return (organisation_id, right) in self.delegations

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the ward's staff (職員)."""
        return bool(self.roles & EVERY_STAFF_ROLE)

    @property
    def sees_whole_ward(self) -> bool:
        """Whether this is staff whose work does not end at the border of a 地区."""
        return bool(self.roles & STAFF_ROLES)

    @property
    def only_area_id(self) -> int | None:
        """The 地区 to which what this actor sees of the register is limited; None: it is not limited.

        Whoever works at an office whose section belongs to no 地区 sees nothing: no row has the id 0.
        """
        if self.sees_whole_ward or Role.DISTRICT_OFFICE not in self.roles:
            return None
        return self.area_id or 0

    @property
    def is_member(self) -> bool:
        """Whether this is a person with an account of a resident."""
        return self.person_id is not None and Role.RESIDENT in self.roles

    def has(self, *roles: Role) -> bool:
        """Return whether the actor holds at least one of the roles."""
        return bool(self.roles & set(roles))


def visitor(guest_key: str | None = None) -> Actor:
    """Return the actor of somebody who has not logged in."""
    return Actor(roles=frozenset({Role.VISITOR}), guest_key=guest_key)


def system(name: str) -> Actor:
    """Return the actor of a command line or a job: the audit trail has no anonymous hands."""
    return Actor(roles=frozenset({Role.SYSTEM}), name=name)
