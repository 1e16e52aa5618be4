"""Reading persons and recognising who is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Role
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.organisations.domain import PostScope
from participation.organisations.models import CommunityOrganisation, OfficePost, Section
from participation.people.domain import (
    MAX_TRIES_PER_HOUR_FROM_NETWORK,
    MAX_TRIES_PER_MINUTE,
    RESIDENT_IDLE,
    STAFF_IDLE,
    Standing,
    hash_of_text,
)
from participation.people.models import (
    Absence,
    LoginAttempt,
    LoginSession,
    Membership,
    Person,
    PersonStanding,
    PostHolding,
    StaffRole,
)


@dataclass(frozen=True)
class Account:
    """The person behind a session, as Flask-Login's user."""

    person_id: int
    public_id: str
    nickname: str
    is_staff: bool
    roles: frozenset[Role]
    section_id: int | None
    organisation_ids: frozenset[int]
    last_seen_at: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return the id that Flask-Login asks for."""
        return self.public_id

    def as_actor(self) -> Actor:
        """Return the person as an actor."""
        return Actor(
            roles=self.roles,
            person_id=self.person_id,
            name=self.nickname,
            section_id=self.section_id,
            organisation_ids=self.organisation_ids,
        )


#: Asked with every request of somebody logged in: made once, and one question for all of it. There is
#: a row for every role and organisation that the person holds today, and one if there is none.
_OF_SESSION = (
    select(
        LoginSession.last_seen_at, LoginSession.ends_at, Person, StaffRole.role, Membership.organisation_id
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(StaffRole, StaffRole.person_id == Person.id)
    .outerjoin(
        Membership,
        and_(
            Membership.person_id == Person.id,
            Membership.begins_on <= bindparam("today"),
            Membership.ends_on > bindparam("today"),
        ),
    )
    .where(LoginSession.token_hash == bindparam("token_hash"))
)


def find_account(token_hash: str) -> Account | None:
    """Return whose session this is, or None if it never was, has ended, or the account is stopped."""
    now = clock.now()
    rows = db.session.execute(_OF_SESSION, {"token_hash": token_hash, "today": clock.today()}).all()
    if not rows:
        return None
    last_seen_at, ends_at, person = rows[0][:3]
    idle = STAFF_IDLE if person.is_staff else RESIDENT_IDLE
    if now >= ends_at or now >= last_seen_at + idle or person.suspended_at or person.erased_at:
        return None
    roles = frozenset(row.role for row in rows if row.role is not None)
    organisations = frozenset(row.organisation_id for row in rows if row.organisation_id is not None)
    return _account(person, roles, organisations, last_seen_at)


def account_of(person: Person, last_seen_at: datetime) -> Account:
    """Return a person with the roles and memberships they hold today."""
    today = clock.today()
    roles = db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id))
    organisations = db.session.scalars(
        select(Membership.organisation_id).where(
            Membership.person_id == person.id, Membership.begins_on <= today, Membership.ends_on > today
        )
    )
    return _account(person, frozenset(roles), frozenset(organisations), last_seen_at)


def _account(
    person: Person, roles: frozenset[Role], organisations: frozenset[int], last_seen_at: datetime
) -> Account:
    if person.is_staff:
        organisations = frozenset()  # Staff speak for nobody but the ward.
    else:
        roles = frozenset({Role.RESIDENT, Role.DELEGATE} if organisations else {Role.RESIDENT})
    return Account(
        person_id=person.id,
        public_id=person.public_id,
        nickname=person.nickname,
        is_staff=person.is_staff,
        roles=roles,
        section_id=person.section_id,
        organisation_ids=organisations,
        last_seen_at=last_seen_at,
    )


def find_by_email(email: str) -> Person | None:
    """Return the person with this address, confirmed or not."""
    return db.session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def get_person(public_id: str) -> Person:
    """Return a person by public id; raises NotFound."""
    person = db.session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if person is None:
        raise NotFound
    return person


def may_try_to_log_in(email: str, network: str) -> bool:
    """Return whether this account and this network may try a password now."""
    now = clock.now()
    by_account = db.session.scalar(
        select(func.count()).where(
            LoginAttempt.account_hash == hash_of_text(email), LoginAttempt.at > now - timedelta(minutes=1)
        )
    )
    by_network = db.session.scalar(
        select(func.count()).where(
            LoginAttempt.network == hash_of_text(network), LoginAttempt.at > now - timedelta(hours=1)
        )
    )
    return (by_account or 0) < MAX_TRIES_PER_MINUTE and (by_network or 0) < MAX_TRIES_PER_HOUR_FROM_NETWORK


def list_standings(person: Person) -> list[Standing]:
    """Return the standings a person said they have."""
    return list(
        db.session.scalars(
            select(PersonStanding.standing)
            .where(PersonStanding.person_id == person.id)
            .order_by(PersonStanding.id)
        )
    )


def list_sessions(person: Person) -> Sequence[LoginSession]:
    """Return where a person is logged in, latest first."""
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.ends_at > clock.now())
        .order_by(LoginSession.last_seen_at.desc())
    ).all()


def list_organisations(person_id: int) -> list[tuple[CommunityOrganisation, Membership]]:
    """Return the organisations for which a person may act today, with the term."""
    today = clock.today()
    rows = db.session.execute(
        select(CommunityOrganisation, Membership)
        .join(Membership, Membership.organisation_id == CommunityOrganisation.id)
        .where(Membership.person_id == person_id, Membership.begins_on <= today, Membership.ends_on > today)
        .order_by(CommunityOrganisation.name)
    )
    return [(organisation, membership) for organisation, membership in rows]


@dataclass(frozen=True)
class StaffMember:
    """One row of the list of staff."""

    person: Person
    roles: list[Role]


def list_staff() -> list[StaffMember]:
    """Return all staff with their roles, by name."""
    roles: dict[int, list[Role]] = {}
    for row in db.session.scalars(select(StaffRole).order_by(StaffRole.role)):
        roles.setdefault(row.person_id, []).append(row.role)
    people = db.session.scalars(
        select(Person).where(Person.is_staff, Person.erased_at.is_(None)).order_by(Person.nickname)
    )
    return [StaffMember(person, roles.get(person.id, [])) for person in people]


def list_delegates(organisation: CommunityOrganisation) -> list[tuple[Person, Membership]]:
    """Return who acts or acted for an organisation, latest term first."""
    rows = db.session.execute(
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.ends_on.desc())
    )
    return [(person, membership) for person, membership in rows]


def get_membership(organisation: CommunityOrganisation, person_public_id: str) -> Membership:
    """Return a person's membership in an organisation; raises NotFound."""
    membership = db.session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation.id, Person.public_id == person_public_id)
    ).one_or_none()
    if membership is None:
        raise NotFound
    return membership


# ── posts and proxies (役職と代理) ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post today, and who acts for them if they are away (代理)."""

    holding: PostHolding
    person_id: int
    name: str
    post_id: int
    post_name: str
    scope: PostScope
    section_id: int
    section_name: str
    department: str
    proxy_id: int | None
    proxy_name: str


def list_holders(*, post_ids: Sequence[int] | None = None, of_person: int | None = None) -> list[Holder]:
    """Return who holds which post today, by post and section. One query.

    `of_person` chooses the posts for which a person may act: their own, and those of whoever they
    stand in for today.
    """
    today = clock.today()
    proxy = aliased(Person)
    chosen: list[ColumnElement[bool]] = []
    if post_ids is not None:
        chosen.append(PostHolding.post_id.in_(post_ids))
    if of_person is not None:
        chosen.append(or_(PostHolding.person_id == of_person, Absence.proxy_id == of_person))
    found = db.session.execute(
        select(
            PostHolding,
            Person.nickname,
            OfficePost.name,
            OfficePost.scope,
            Section.name,
            Section.department,
            Absence.proxy_id,
            proxy.nickname,
        )
        .join(Person, Person.id == PostHolding.person_id)
        .join(OfficePost, OfficePost.id == PostHolding.post_id)
        .join(Section, Section.id == PostHolding.section_id)
        .outerjoin(
            Absence,
            and_(
                Absence.person_id == PostHolding.person_id,
                Absence.begins_on <= today,
                Absence.ends_on > today,
                Absence.cancelled_at.is_(None),
            ),
        )
        .outerjoin(proxy, proxy.id == Absence.proxy_id)
        .where(
            PostHolding.begins_on <= today,
            or_(PostHolding.ends_on.is_(None), PostHolding.ends_on > today),
            Person.suspended_at.is_(None),
            *chosen,
        )
        .order_by(OfficePost.position, Section.position, PostHolding.id)
    )
    return [
        Holder(
            holding,
            holding.person_id,
            name,
            holding.post_id,
            post,
            scope,
            holding.section_id,
            section,
            department,
            proxy_id,
            proxy_name or "",
        )
        for holding, name, post, scope, section, department, proxy_id, proxy_name in found
    ]


def get_holding(public_id: str) -> PostHolding:
    """Return somebody's post by public id; raises NotFound."""
    holding = db.session.scalars(select(PostHolding).where(PostHolding.public_id == public_id)).one_or_none()
    if holding is None:
        raise NotFound
    return holding


@dataclass(frozen=True)
class AbsenceLine:
    """An absence as the list shows it."""

    absence: Absence
    name: str
    proxy_name: str


def list_absences() -> list[AbsenceLine]:
    """Return the absences of staff that run or are to come, soonest first."""
    proxy = aliased(Person)
    found = db.session.execute(
        select(Absence, Person.nickname, proxy.nickname)
        .join(Person, Person.id == Absence.person_id)
        .join(proxy, proxy.id == Absence.proxy_id)
        .where(Absence.cancelled_at.is_(None), Absence.ends_on > clock.today())
        .order_by(Absence.begins_on, Absence.id)
        .limit(200)
    )
    return [AbsenceLine(absence, name, proxy_name) for absence, name, proxy_name in found]


def get_absence(public_id: str) -> Absence:
    """Return an absence by public id; raises NotFound."""
    absence = db.session.scalars(select(Absence).where(Absence.public_id == public_id)).one_or_none()
    if absence is None:
        raise NotFound
    return absence


def list_staff_of(section_id: int | None) -> Sequence[Person]:
    """Return the staff in use of a section, or of all sections, by name."""
    of_section = [Person.section_id == section_id] if section_id is not None else []
    return db.session.scalars(
        select(Person)
        .where(Person.is_staff, Person.suspended_at.is_(None), Person.erased_at.is_(None), *of_section)
        .order_by(Person.nickname)
    ).all()
