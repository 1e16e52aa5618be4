"""Reading persons and recognising who is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, join, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Right, Role
from participation.foundation import clock
from participation.foundation.db import UTCDateTime, db
from participation.foundation.errors import NotFound
from participation.organisations.domain import PostScope
from participation.organisations.models import CommunityOrganisation, OfficePost, Section
from participation.people.domain import (
    CONFIRMABLE,
    MAX_TRIES_PER_HOUR_FROM_NETWORK,
    MAX_TRIES_PER_MINUTE,
    RESIDENT_IDLE,
    STAFF_IDLE,
    Standing,
    hash_of_text,
)
from participation.people.models import (
    Absence,
    DelegateInvitation,
    Handover,
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
    delegations: frozenset[tuple[int, Right]]
    last_seen_at: datetime
    #: The 地区 whose office the section is; None: it is not the office of one.
    area_id: int | None = None
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
            organisation_ids=frozenset(id_ for id_, right in self.delegations if right is Right.SUBMIT),
            delegations=self.delegations,
            area_id=self.area_id,
        )


def _running(moment: Any, today: Any) -> ColumnElement[bool]:
    """Whether a membership runs, of an organisation whose registration was not ended."""
    return and_(
        Membership.begins_on <= today,
        Membership.ends_on > today,
        or_(Membership.begins_at.is_(None), Membership.begins_at <= moment),
        or_(Membership.ended_at.is_(None), Membership.ended_at > moment),
        CommunityOrganisation.withdrawn_at.is_(None),
    )


#: Asked with every request of somebody logged in: made once, and one question for all of it. There is
#: a row for every role and organisation that the person holds now, and one if there is none.
_OF_SESSION = (
    select(
        LoginSession.last_seen_at,
        LoginSession.ends_at,
        Person,
        StaffRole.role,
        Membership,
        CommunityOrganisation,
        Section.area_id,
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Section, Section.id == Person.section_id)
    .outerjoin(StaffRole, StaffRole.person_id == Person.id)
    .outerjoin(
        join(Membership, CommunityOrganisation, CommunityOrganisation.id == Membership.organisation_id),
        and_(
            Membership.person_id == Person.id,
            _running(bindparam("now", type_=UTCDateTime()), bindparam("today", type_=Date())),
        ),
    )
    .where(LoginSession.token_hash == bindparam("token_hash"))
)


def find_account(token_hash: str) -> Account | None:
    """Return whose session this is, or None if it never was, has ended, or the account is stopped."""
    now = clock.now()
    asked = {"token_hash": token_hash, "today": clock.today(), "now": now}
    rows = db.session.execute(_OF_SESSION, asked).all()
    if not rows:
        return None
    last_seen_at, ends_at, person = rows[0][:3]
    idle = STAFF_IDLE if person.is_staff else RESIDENT_IDLE
    if now >= ends_at or now >= last_seen_at + idle or person.suspended_at or person.erased_at:
        return None
    roles = frozenset(row.role for row in rows if row.role is not None)
    memberships = [(row[4], row[5]) for row in rows if row[4] is not None]
    return _account(person, roles, memberships, last_seen_at, rows[0][6])


def account_of(person: Person, last_seen_at: datetime) -> Account:
    """Return a person with the roles and memberships they hold now."""
    roles = db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id))
    memberships = db.session.execute(
        select(Membership, CommunityOrganisation)
        .join(CommunityOrganisation, CommunityOrganisation.id == Membership.organisation_id)
        .where(Membership.person_id == person.id, _running(clock.now(), clock.today()))
    )
    found = [(membership, organisation) for membership, organisation in memberships]
    area_id = db.session.scalar(select(Section.area_id).where(Section.id == person.section_id))
    return _account(person, frozenset(roles), found, last_seen_at, area_id)


def _account(
    person: Person,
    roles: frozenset[Role],
    memberships: Sequence[tuple[Membership, CommunityOrganisation]],
    last_seen_at: datetime,
    area_id: int | None,
) -> Account:
    # Before it is confirmed, and once the confirmation ran out, only the registration can be mended.
    delegations = frozenset(
        (organisation.id, right)
        for membership, organisation in memberships
        for right in membership.rights
        if right is Right.MANAGE or organisation.speaks_on(clock.today())
    )
    if person.is_staff:
        delegations = frozenset()  # Staff speak for nobody but the ward.
    else:
        roles = frozenset({Role.RESIDENT, Role.DELEGATE} if delegations else {Role.RESIDENT})
    return Account(
        person_id=person.id,
        public_id=person.public_id,
        nickname=person.nickname,
        is_staff=person.is_staff,
        roles=roles,
        section_id=person.section_id,
        delegations=delegations,
        last_seen_at=last_seen_at,
        area_id=area_id,
    )


def hold_right(person_id: int, organisation_id: int, right: Right, *, exclusively: bool = False) -> bool:
    """Return whether a person holds a right now, and keep it so until the transaction ends.

    What an actor may do was read when their request began; a hand-over may have taken effect since.
    Whoever speaks in an organisation's name asks here, inside the transaction: the rows of the
    membership and the organisation are shared, so that a hand-over waits or is seen.
    """
    found = db.session.execute(
        select(Membership, CommunityOrganisation)
        .join(CommunityOrganisation, CommunityOrganisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, Membership.organisation_id == organisation_id)
        .with_for_update(read=not exclusively)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return False
    membership, organisation = found
    if not membership.runs_at(clock.now(), clock.today()) or right not in membership.rights:
        return False
    if right is Right.MANAGE:
        return organisation.withdrawn_at is None
    return organisation.speaks_on(clock.today())


def find_by_email(email: str) -> Person | None:
    """Return the person with this address, confirmed or not."""
    return db.session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def get_by_id(person_id: int) -> Person:
    """Return a person by their id."""
    return db.session.get_one(Person, person_id)


def district_of(person_id: int | None) -> int | None:
    """Return the 住区 that a person chose in their account."""
    return db.session.scalar(select(Person.district_id).where(Person.id == person_id))


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


@dataclass(frozen=True)
class StandingShown:
    """One standing as its owner reads it (区分と区の確認)."""

    standing: Standing
    #: The last day of the ward's confirmation; None where there is none, or it is over.
    confirmed_until: date | None


def list_standings_shown(person: Person) -> list[StandingShown]:
    """Return the standings that papers can show, with the ward's confirmation."""
    rows = db.session.execute(
        select(PersonStanding.standing, PersonStanding.confirmed_until)
        .where(PersonStanding.person_id == person.id, PersonStanding.standing.in_(CONFIRMABLE))
        .order_by(PersonStanding.id)
    )
    today = clock.today()
    return [StandingShown(each, until if until and until >= today else None) for each, until in rows]


def confirmed_marks(person_id: int) -> dict[Standing, str]:
    """Return the standings that the ward has confirmed and that hold today, each with the person's hash."""
    rows = db.session.execute(
        select(PersonStanding.standing, PersonStanding.proof_hash).where(
            PersonStanding.person_id == person_id, PersonStanding.confirmed_until >= clock.today()
        )
    )
    return {standing: mark for standing, mark in rows if mark is not None}


def list_sessions(person: Person) -> Sequence[LoginSession]:
    """Return where a person is logged in, latest first."""
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.ends_at > clock.now())
        .order_by(LoginSession.last_seen_at.desc())
    ).all()


def list_organisations(person_id: int) -> list[tuple[CommunityOrganisation, Membership]]:
    """Return the organisations in whose name a person may speak now, with the term."""
    return [pair for pair in _memberships(person_id) if Right.SUBMIT in pair[1].rights and _runs(*pair)]


def list_delegations(person_id: int) -> list[tuple[CommunityOrganisation, Membership]]:
    """Return the organisations of which a person is a delegate, also where confirmation is awaited."""
    now, today = clock.now(), clock.today()
    return [
        (organisation, membership)
        for organisation, membership in _memberships(person_id)
        if membership.runs_at(now, today)
    ]


def _runs(organisation: CommunityOrganisation, membership: Membership) -> bool:
    return organisation.speaks_on(clock.today()) and membership.runs_at(clock.now(), clock.today())


def _memberships(person_id: int) -> list[tuple[CommunityOrganisation, Membership]]:
    rows = db.session.execute(
        select(CommunityOrganisation, Membership)
        .join(Membership, Membership.organisation_id == CommunityOrganisation.id)
        .where(Membership.person_id == person_id)
        .order_by(CommunityOrganisation.name)
    )
    return [(organisation, membership) for organisation, membership in rows]


@dataclass(frozen=True)
class DelegateLine:
    """A delegate in a list: who, for how long, with which rights, and whether it runs now."""

    person: Person
    membership: Membership
    runs: bool
    is_to_come: bool


def list_delegates(organisation: CommunityOrganisation) -> list[DelegateLine]:
    """Return who acts, will act or acted for an organisation: those who act first, the latest term first."""
    now, today = clock.now(), clock.today()
    rows = db.session.execute(
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.ends_on.desc(), Membership.id)
    )
    lines = [
        DelegateLine(
            person,
            membership,
            runs=membership.runs_at(now, today),
            is_to_come=membership.begins_on > today
            or (membership.begins_at is not None and membership.begins_at > now),
        )
        for person, membership in rows
    ]
    return sorted(lines, key=lambda line: (not line.runs, not line.is_to_come))


def list_delegate_ids(organisation_id: int, right: Right) -> list[int]:
    """Return the people who may do this for an organisation now, in the order of their accounts."""
    now, today = clock.now(), clock.today()
    memberships = db.session.scalars(
        select(Membership).where(Membership.organisation_id == organisation_id).order_by(Membership.person_id)
    )
    return [each.person_id for each in memberships if right in each.rights and each.runs_at(now, today)]


def list_invitations(organisation: CommunityOrganisation) -> Sequence[DelegateInvitation]:
    """Return the invitations that wait for an answer, the latest first."""
    return db.session.scalars(
        select(DelegateInvitation).where(_waits_for(organisation)).order_by(DelegateInvitation.id.desc())
    ).all()


def list_officers_to_come(
    organisation: CommunityOrganisation,
) -> tuple[list[DelegateInvitation], list[Handover]]:
    """Return the invitations that wait for an answer and the changes of officers, the latest first, in one query.

    Both are few: a row for each pair of them costs less than another question.
    """
    rows = db.session.execute(
        select(DelegateInvitation, Handover)
        .select_from(CommunityOrganisation)
        .outerjoin(DelegateInvitation, _waits_for(organisation))
        .outerjoin(Handover, Handover.organisation_id == organisation.id)
        .where(CommunityOrganisation.id == organisation.id)
    ).all()
    invitations = {each.id: each for each, _ in rows if each is not None}
    handovers = {each.id: each for _, each in rows if each is not None}
    return (
        [invitations[number] for number in sorted(invitations, reverse=True)],
        [handovers[number] for number in sorted(handovers, reverse=True)],
    )


def _waits_for(organisation: CommunityOrganisation) -> ColumnElement[bool]:
    return and_(
        DelegateInvitation.organisation_id == organisation.id,
        DelegateInvitation.accepted_at.is_(None),
        DelegateInvitation.cancelled_at.is_(None),
        DelegateInvitation.expires_at > clock.now(),
    )


def get_invitation(organisation: CommunityOrganisation, public_id: str) -> DelegateInvitation:
    """Return an invitation of an organisation; raises NotFound."""
    found = db.session.scalars(
        select(DelegateInvitation).where(
            DelegateInvitation.public_id == public_id, DelegateInvitation.organisation_id == organisation.id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_invitation(token: str) -> tuple[DelegateInvitation, CommunityOrganisation]:
    """Return the invitation of a mailed link with its organisation; raises NotFound."""
    row = db.session.execute(
        select(DelegateInvitation, CommunityOrganisation)
        .join(CommunityOrganisation, CommunityOrganisation.id == DelegateInvitation.organisation_id)
        .where(DelegateInvitation.token_hash == hash_of_text(token))
    ).one_or_none()
    if row is None:
        raise NotFound("このリンクは使えません。メールの中のリンクをもう一度お確かめください。")
    return row[0], row[1]


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
