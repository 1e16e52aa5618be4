"""Sections of the ward's office, and organisations of the community."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.organisations.domain import OrganisationKind, PostScope


class Section(Base):
    """A section of the ward's office (所管課) in a department (部)."""

    __tablename__ = "sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)


class OfficePost(Base):
    """A post in the ward's office (役職): 係長, 課長, 部長; who holds it is the business of people."""

    __tablename__ = "office_posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    scope: Mapped[PostScope] = enum_text(PostScope)
    position: Mapped[int] = mapped_column(default=0)


class CommunityOrganisation(Base):
    """An organisation of the community (団体): speaks under its own name, through its delegates."""

    __tablename__ = "community_organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[OrganisationKind] = enum_text(OrganisationKind)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"), index=True)
    introduction: Mapped[str] = mapped_column(Text, default="")
    #: How many people the organisation speaks for, as it says itself; None: not said.
    represented_count: Mapped[int | None]
    registered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
