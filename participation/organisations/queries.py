"""Reading sections and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.organisations.models import CommunityOrganisation, OfficePost, Section


def list_sections() -> Sequence[Section]:
    """Return the sections in their order."""
    return db.session.scalars(select(Section).order_by(Section.position, Section.id)).all()


def find_section(code: str) -> Section | None:
    """Return a section by its code."""
    return db.session.scalars(select(Section).where(Section.code == code)).one_or_none()


def list_posts() -> Sequence[OfficePost]:
    """Return the posts of the ward's office, lowest first."""
    return db.session.scalars(select(OfficePost).order_by(OfficePost.position, OfficePost.id)).all()


def list_organisations() -> Sequence[CommunityOrganisation]:
    """Return all organisations by kind and name."""
    return db.session.scalars(
        select(CommunityOrganisation).order_by(CommunityOrganisation.kind, CommunityOrganisation.name)
    ).all()


def list_confirmed() -> Sequence[CommunityOrganisation]:
    """Return the organisations that the ward confirmed, by kind and name."""
    return db.session.scalars(
        select(CommunityOrganisation)
        .where(CommunityOrganisation.confirmed_at.is_not(None))
        .order_by(CommunityOrganisation.kind, CommunityOrganisation.name)
    ).all()


def get_organisation(public_id: str) -> CommunityOrganisation:
    """Return an organisation by public id; raises NotFound."""
    found = db.session.scalars(
        select(CommunityOrganisation).where(CommunityOrganisation.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """Return organisation id → name, in one query."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(CommunityOrganisation.id, CommunityOrganisation.name).where(CommunityOrganisation.id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}
