"""Reading sections and organisations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import NumberedPage
from participation.i18n.dates import date_ja
from participation.organisations.domain import OrganisationState, kind_name, kinds
from participation.organisations.models import (
    CommunityOrganisation,
    OfficePost,
    OrganisationStep,
    Section,
)
from participation.places.models import Area, ResidentialDistrict

PAGE_SIZE, MOST_PAGES = 50, 200
#: What the contact is sealed for (foundation.sealing).
SEALED_FOR = "organisation contact"
_own_area = aliased(Area)


def list_sections() -> Sequence[Section]:
    """Return the sections in their order."""
    return db.session.scalars(select(Section).order_by(Section.position, Section.id)).all()


def list_section_choices() -> list[tuple[int, str]]:
    """Return (id, name) of the sections, in the ward's order."""
    rows = db.session.execute(select(Section.id, Section.name).order_by(Section.position, Section.id))
    return [(section_id, name) for section_id, name in rows]


def find_section(code: str) -> Section | None:
    """Return a section by its code."""
    return db.session.scalars(select(Section).where(Section.code == code)).one_or_none()


def list_posts() -> Sequence[OfficePost]:
    """Return the posts of the ward's office, lowest first."""
    return db.session.scalars(select(OfficePost).order_by(OfficePost.position, OfficePost.id)).all()


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation in a list."""

    public_id: str
    name: str
    kind: str
    place: str
    state: OrganisationState
    introduction: str
    represented: str


@dataclass(frozen=True)
class Contact:
    """Who represents an organisation and how it is reached (代表者・連絡先): for staff only."""

    representative: str
    contact: str


def seal_contact(contact: Contact) -> bytes:
    """Return a contact as it is kept."""
    return sealing.seal(SEALED_FOR, json.dumps([contact.representative, contact.contact]))


def contact_of(organisation: CommunityOrganisation) -> Contact:
    """Return who represents an organisation and how it is reached; empty where nothing was said."""
    if organisation.sealed_contact is None:
        return Contact("", "")
    return Contact(*json.loads(sealing.unseal(SEALED_FOR, organisation.sealed_contact)))


def represented(organisation: CommunityOrganisation) -> str:
    """Return for how many it speaks in words, as it said itself and when; empty: not said."""
    if organisation.represented_count is None:
        return ""
    on = organisation.represented_on
    when = f"（{date_ja(on)}、団体の申し出）" if on else "（団体の申し出）"
    return f"{organisation.represented_count:,}{organisation.represented_unit}{when}"


def active_on(day: date) -> ColumnElement[bool]:
    """Whether an organisation may speak on a day, as a condition."""
    return and_(
        CommunityOrganisation.confirmed_at.is_not(None),
        CommunityOrganisation.withdrawn_at.is_(None),
        or_(CommunityOrganisation.confirmed_until.is_(None), CommunityOrganisation.confirmed_until > day),
    )


def list_organisations(
    *,
    kind: str = "",
    area: str = "",
    state: str = "",
    name: str = "",
    is_public: bool = False,
    page: int = 1,
) -> NumberedPage[OrganisationRow]:
    """Return a page of organisations by name, in one query; the public sees what was confirmed once."""
    today = clock.today()
    where: list[ColumnElement[bool]] = []
    if is_public:
        where.append(CommunityOrganisation.confirmed_at.is_not(None))
    if kind in kinds():
        where.append(CommunityOrganisation.kind == kind)
    if area:
        where.append(func.coalesce(_own_area.code, Area.code) == area)
    if name:
        where.append(CommunityOrganisation.name.contains(name, autoescape=True))
    if state in _IN_STATE:
        where.append(_IN_STATE[state](today))
    page = max(1, min(MOST_PAGES, page))
    rows = db.session.execute(
        select(
            CommunityOrganisation,
            ResidentialDistrict.name,
            func.coalesce(_own_area.name, Area.name),
            func.count().over(),
        )
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == CommunityOrganisation.district_id)
        .outerjoin(Area, Area.id == ResidentialDistrict.area_id)
        .outerjoin(_own_area, _own_area.id == CommunityOrganisation.area_id)
        .where(*where)
        .order_by(CommunityOrganisation.name, CommunityOrganisation.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    found = tuple(
        OrganisationRow(
            public_id=organisation.public_id,
            name=organisation.name,
            kind=kind_name(organisation.kind),
            place="・".join(filter(None, (its_area, district))),
            state=organisation.state_on(today),
            introduction=organisation.introduction,
            represented=represented(organisation),
        )
        for organisation, district, its_area, _ in rows
    )
    return NumberedPage(found, int(rows[0][-1]) if rows else 0, page, PAGE_SIZE)


def place_of(organisation: CommunityOrganisation) -> str:
    """Return 地区 and 住区 of an organisation in words; empty: the whole ward, or not said."""
    return _place_in_words(db.session.execute(_place(organisation)).one())


def _place(organisation: CommunityOrganisation) -> Select[str, str]:
    return (
        select(func.coalesce(_own_area.name, Area.name), ResidentialDistrict.name)
        .select_from(CommunityOrganisation)
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == CommunityOrganisation.district_id)
        .outerjoin(Area, Area.id == ResidentialDistrict.area_id)
        .outerjoin(_own_area, _own_area.id == CommunityOrganisation.area_id)
        .where(CommunityOrganisation.id == organisation.id)
    )


def _place_in_words(row: Row[*tuple[Any, ...]]) -> str:
    return "・".join(part for part in row[:2] if part)


def usual_end(kind: str) -> date:
    """Return until when a confirmation given today holds, unless staff say otherwise."""
    today = clock.today()
    years = kinds()[kind].years if kind in kinds() else 1
    try:
        return today.replace(year=today.year + years)
    except ValueError:  # 29 February
        return today.replace(year=today.year + years, day=28)


def registration_of(organisation: CommunityOrganisation) -> tuple[str, list[OrganisationStep]]:
    """Return 地区 and 住区 of an organisation in words, and what happened to its registration, oldest first."""
    rows = db.session.execute(
        _place(organisation)
        .add_columns(OrganisationStep)
        .outerjoin(OrganisationStep, OrganisationStep.organisation_id == CommunityOrganisation.id)
        .order_by(OrganisationStep.id)
    ).all()
    return _place_in_words(rows[0]), [step for _, _, step in rows if step is not None]


def list_confirmed() -> Sequence[CommunityOrganisation]:
    """Return the organisations in whose name something may be said today, by kind and name."""
    return db.session.scalars(
        select(CommunityOrganisation)
        .where(active_on(clock.today()))
        .order_by(CommunityOrganisation.kind, CommunityOrganisation.name)
    ).all()


def get_public(public_id: str) -> CommunityOrganisation:
    """Return an organisation that was confirmed once; raises NotFound."""
    organisation = get_organisation(public_id)
    if organisation.confirmed_at is None:
        raise NotFound
    return organisation


def get_organisation(public_id: str) -> CommunityOrganisation:
    """Return an organisation by public id; raises NotFound."""
    found = db.session.scalars(
        select(CommunityOrganisation).where(CommunityOrganisation.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_by_id(organisation_id: int) -> CommunityOrganisation:
    """Return an organisation by its id."""
    return db.session.get_one(CommunityOrganisation, organisation_id)


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """Return organisation id → name, in one query."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(CommunityOrganisation.id, CommunityOrganisation.name).where(CommunityOrganisation.id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}


#: The states as conditions on a day.
_IN_STATE: Mapping[str, Callable[[date], ColumnElement[bool]]] = {
    OrganisationState.CONFIRMED: active_on,
    OrganisationState.WAITING: lambda _day: and_(
        CommunityOrganisation.confirmed_at.is_(None),
        CommunityOrganisation.returned_at.is_(None),
        CommunityOrganisation.withdrawn_at.is_(None),
    ),
    OrganisationState.RETURNED: lambda _day: and_(
        CommunityOrganisation.confirmed_at.is_(None),
        CommunityOrganisation.returned_at.is_not(None),
        CommunityOrganisation.withdrawn_at.is_(None),
    ),
    OrganisationState.EXPIRED: lambda day: and_(
        CommunityOrganisation.confirmed_at.is_not(None),
        CommunityOrganisation.withdrawn_at.is_(None),
        CommunityOrganisation.confirmed_until <= day,
    ),
    OrganisationState.WITHDRAWN: lambda _day: CommunityOrganisation.withdrawn_at.is_not(None),
}
