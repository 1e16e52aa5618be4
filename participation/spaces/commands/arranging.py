"""The spaces themselves: made of the ward's places, given a secretariat, introduced, tied to consultations."""

from __future__ import annotations

from sqlalchemy import delete

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Refused
from participation.organisations.models import CommunityOrganisation
from participation.places import queries as places
from participation.spaces import queries
from participation.spaces.commands.holding import _hold, _lock, _refuse_empty, _refuse_stale
from participation.spaces.domain import WARD_CODE, SpaceKind, code_of
from participation.spaces.models import Space, SpaceTouch

WARD_NAME = "区全体"


def load_spaces(*, by: Actor) -> None:
    """Make the spaces of the ward, its 地区 and its 住区: adds and renames, never deletes."""
    access.require(by, "spaces.load")
    present = {space.code: space for space in queries.list_spaces()}

    def keep(kind: SpaceKind, place: str, name: str, position: int, parent: Space | None) -> Space:
        code = code_of(kind, place)
        space = present.get(code) or Space(code=code)
        space.kind, space.name, space.position = kind, name, position
        space.parent_id = parent.id if parent else None
        db.session.add(space)
        return space

    ward = keep(SpaceKind.WARD, WARD_CODE, WARD_NAME, 0, None)
    db.session.flush()
    of_area: dict[int, Space] = {}
    for area in places.list_areas():
        of_area[area.id] = keep(SpaceKind.AREA, area.code, area.name, area.position, ward)
        of_area[area.id].area_id = area.id
    db.session.flush()
    for district in places.list_districts():
        parent = of_area[district.area_id]
        space = keep(SpaceKind.DISTRICT, district.code, district.name, district.position, parent)
        space.area_id, space.district_id = district.area_id, district.id
    audit.record(by, "spaces.load", "spaces")


def appoint_secretariat(space: Space, organisation: CommunityOrganisation | None, *, by: Actor) -> None:
    """Say which organisation's delegates run the space from now on; the ones before can do nothing more."""
    access.require(by, "spaces.appoint", space)
    _lock(space)
    if organisation is not None and organisation.withdrawn_at is not None:
        raise Refused("登録を終えた団体は選べません。", field="organisation")
    space.organisation_id = organisation.id if organisation else None
    audit.record(by, "spaces.appoint", space, {"organisation": space.organisation_id})


def introduce_space(space: Space, introduction: str, seen_version: int, *, by: Actor) -> None:
    """Say in a few words what the space is for."""
    access.require(by, "spaces.introduce", space)
    _hold(space, Right.MANAGE, by)
    _lock(space)
    _refuse_stale(space.version, seen_version)
    space.introduction = introduction.strip()
    audit.record(by, "spaces.introduce", space)


def touch_consultation(space: Space, consultation: Consultation, reason: str, *, by: Actor) -> None:
    """Say that a consultation touches this place, and why."""
    access.require(by, "spaces.touch", space)
    _hold(space, Right.DRAFT, by)
    reason = _refuse_empty(reason, "reason", "この地域にどう関わるかを書いてください。")
    key = {"space_id": space.id, "consultation_id": consultation.id}
    if insert_once(SpaceTouch, key | {"reason": reason}, unique=list(key)) is None:
        raise Refused("この案件は、もう載せています。", field="consultation")
    audit.record(by, "spaces.touch", space, {"consultation": consultation.code})


def untouch_consultation(space: Space, consultation_id: int, *, by: Actor) -> None:
    """Take a consultation off the space's page again."""
    access.require(by, "spaces.touch", space)
    _hold(space, Right.DRAFT, by)
    db.session.execute(
        delete(SpaceTouch).where(
            SpaceTouch.space_id == space.id, SpaceTouch.consultation_id == consultation_id
        )
    )
    audit.record(by, "spaces.touch", space, {"removed": consultation_id})
