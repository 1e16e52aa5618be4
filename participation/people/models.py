"""Persons, what they are to the ward, and how they are recognised."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.access.actors import Right, Role
from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.people.domain import AgeBand, Standing, TokenPurpose


class Person(Base):
    """Somebody with an account (人): known to others by a nickname only."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: Lower case; None once the person is erased.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    nickname: Mapped[str] = mapped_column(String(40))
    #: The nickname folded, so that look-alikes are one (見分けのつかない名前).
    nickname_key: Mapped[str] = mapped_column(String(80), unique=True)
    age_band: Mapped[AgeBand | None] = enum_text(AgeBand)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"))
    #: BCP 47 tag of the language the person prefers.
    language: Mapped[str] = mapped_column(String(12), default="ja")
    #: Staff: the section they work in.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    is_staff: Mapped[bool] = mapped_column(default=False)
    wants_mail: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class PersonStanding(Base):
    """One standing (提出資格) that a person said they have, and whether the ward confirmed it (区の確認)."""

    __tablename__ = "person_standings"
    __table_args__ = (UniqueConstraint("person_id", "standing"), UniqueConstraint("standing", "proof_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    standing: Mapped[Standing] = enum_text(Standing)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The last day on which it holds.
    confirmed_until: Mapped[date | None]
    #: A hash, with a key kept elsewhere, of the ward's own number of this person: one person, one account.
    proof_hash: Mapped[str | None] = mapped_column(String(64))


class Membership(Base):
    """A person's right to act for an organisation (団体の担当者), for a term: [begins_on, ends_on).

    Within the term, `begins_at` and `ended_at` are the moments of a hand-over: before the one and from
    the other on, the person can do nothing for the organisation.
    """

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    begins_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    may_draft: Mapped[bool] = mapped_column(default=True)
    may_approve: Mapped[bool] = mapped_column(default=True)
    may_submit: Mapped[bool] = mapped_column(default=True)
    may_withdraw: Mapped[bool] = mapped_column(default=True)
    may_manage: Mapped[bool] = mapped_column(default=True)

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do for the organisation during the term."""
        return frozenset(right for right in Right if getattr(self, f"may_{right.value}"))

    def runs_at(self, moment: datetime, today: date) -> bool:
        """Whether the term runs at a moment (of that day)."""
        return (
            self.begins_on <= today < self.ends_on
            and (self.begins_at is None or self.begins_at <= moment)
            and (self.ended_at is None or moment < self.ended_at)
        )


class DelegateInvitation(Base):
    """An invitation to act for an organisation (担当者への招待): a mailed link, good once, for one address."""

    __tablename__ = "delegate_invitations"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handovers.id"))
    #: Emptied once it was answered, cancelled or let go of.
    email: Mapped[str | None] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    rights: Mapped[list[str]] = json_column(default=list)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    begins_at: Mapped[datetime | None]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    cancelled_at: Mapped[datetime | None]


class Handover(Base):
    """A change of officers (引き継ぎ): who goes, when, and what the ones who come should know."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("community_organisations.id"), index=True)
    #: The moment from which whoever goes can do nothing more.
    effective_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: Names of those who go, as they were then.
    leaving: Mapped[list[str]] = json_column(default=list)


class StaffRole(Base):
    """A role that a member of staff holds (職員の役割)."""

    __tablename__ = "staff_roles"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[Role] = enum_text(Role)


class LoginSession(Base):
    """One log-in on one device: the cookie holds a secret, this row its hash. No row, no session."""

    __tablename__ = "login_sessions"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    #: When the log-in ends in any case.
    ends_at: Mapped[datetime]
    #: "Firefox, Windows": so that a person recognises their devices.
    device: Mapped[str] = mapped_column(String(80), default="")


class CredentialToken(Base):
    """The secret of a mailed link (hashed): confirm the address, choose a new password, accept an invitation."""

    __tablename__ = "credential_tokens"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    purpose: Mapped[TokenPurpose] = enum_text(TokenPurpose)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A log-in that failed: counted by account and by network, so that guessing is slow."""

    __tablename__ = "login_attempts"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: A hash of the address typed, whether or not such an account exists.
    account_hash: Mapped[str] = mapped_column(String(64), index=True)
    network: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class PostHolding(Base):
    """A person in a post (役職への就任) of a section, for a term: [begins_on, ends_on), or until further notice."""

    __tablename__ = "post_holdings"
    __table_args__ = (Index("ix_post_holdings_post", "post_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("office_posts.id"))
    #: Where: of a post for a department, any of its sections.
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]


class Absence(Base):
    """A time in which somebody is away and another acts for them (不在と代理): [begins_on, ends_on)."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("person_id <> proxy_id", name="another_person"),
        CheckConstraint("ends_on > begins_on", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    #: 代理: who acts meanwhile.
    proxy_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None]
    cancelled_at: Mapped[datetime | None]
