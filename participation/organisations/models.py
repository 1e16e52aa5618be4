"""Sections of the ward's office, and organisations of the community."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, public_id
from participation.organisations.domain import OrganisationState, PostScope, StepKind, state_of


class Section(Base):
    """A section of the ward's office (所管課) in a department (部)."""

    __tablename__ = "sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    #: The 地区 whose office it is (地区サービス事務所); None: it works for the whole ward.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))


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
    #: Code of a kind (organisations/seed/kinds.toml).
    kind: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    #: 地区: the larger part of the ward, where no 住区 is named or several are.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"), index=True)
    introduction: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    #: How many the organisation speaks for, as it says itself, counted in what, on which day; None: not said.
    represented_count: Mapped[int | None]
    represented_unit: Mapped[str] = mapped_column(String(20), default="")
    represented_on: Mapped[date | None]
    #: How many of its delegates agree before something is submitted in its name; 0: nobody is asked.
    approvals_needed: Mapped[int] = mapped_column(default=0)
    #: Representative and contact (代表者・連絡先): for staff only, sealed.
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The rules (規約) that were handed in: hash of the kept file, and the name it had.
    rules_sha256: Mapped[str | None] = mapped_column(String(64))
    rules_name: Mapped[str] = mapped_column(String(200), default="")
    registered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    #: The first day on which the confirmation no longer holds; None: until further notice.
    confirmed_until: Mapped[date | None]
    #: Staff asked for corrections (直しのお願い); over once it is confirmed or changed.
    returned_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: Why it was returned or withdrawn, for its delegates and, once withdrawn, for everybody.
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    def state_on(self, day: date) -> OrganisationState:
        """Return how the organisation stands with the ward on a day."""
        return state_of(
            confirmed_at=self.confirmed_at,
            confirmed_until=self.confirmed_until,
            returned_at=self.returned_at,
            withdrawn_at=self.withdrawn_at,
            today=day,
        )

    def speaks_on(self, day: date) -> bool:
        """Whether anything may be said in its name on a day."""
        return self.state_on(day) is OrganisationState.CONFIRMED


class OrganisationStep(Base):
    """What happened to an organisation's registration (登録の記録): when, by whom, with which note."""

    __tablename__ = "organisation_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    kind: Mapped[StepKind] = enum_text(StepKind)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    #: For staff and the organisation's delegates.
    note: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[date | None]
