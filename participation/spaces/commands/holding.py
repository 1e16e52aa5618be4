"""What all commands of spaces share: taking a row, holding the right to it, and the name that stands below."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from participation.access.actors import Actor, Right, Role
from participation.foundation.db import Base, db
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations import queries as organisations
from participation.people import queries as people
from participation.spaces.models import Space
from participation.spaces.policies import STAFF

NO_LONGER = "この空間の事務局の担当者としての任期や権限は、もう終わっています。"
CHANGED_MEANWHILE = "ほかの人が先に変えました。あなたの書いた内容は残っています。いまの内容とくらべてから、もう一度送ってください。"
NAME_OF_STAFF = "区の職員"

T = TypeVar("T", bound=Base)


class Overtaken(Conflict):
    """Somebody else changed the row while this was written: both are shown, and it may be sent again."""


def _lock(row: T) -> T:
    """Take a row for this transaction, and read it again."""
    kind = type(row)
    row_id: int = row.id  # type: ignore[attr-defined]
    return db.session.scalars(
        select(kind)
        .where(kind.id == row_id)  # type: ignore[attr-defined]
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _hold(space: Space, right: Right, by: Actor) -> None:
    """Whoever runs the space for its secretariat still may when it counts: inside the transaction."""
    if by.has(*STAFF, Role.SYSTEM, Role.DISTRICT_OFFICE):
        return
    if not people.hold_right(by.person_id or 0, space.organisation_id or 0, right):
        raise Denied(NO_LONGER)


def _name_of(space: Space, by: Actor) -> str:
    """Return the name under which the space's readers see a decision: the secretariat's, or the ward's."""
    if by.is_staff or by.has(Role.SYSTEM) or space.organisation_id is None:
        return NAME_OF_STAFF
    return organisations.get_by_id(space.organisation_id).name


def _refuse_empty(text: str, field: str, reason: str) -> str:
    if not text.strip():
        raise Refused(reason, field=field)
    return text.strip()


def _refuse_stale(version: int, seen_version: int) -> None:
    if version != seen_version:
        raise Overtaken(CHANGED_MEANWHILE)
