"""Changing accounts: registration, sessions, mailed links, staff."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from participation.access import rules as access
from participation.access.actors import EVERY_STAFF_ROLE, ROLE_NAMES, Actor, Role
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.ids import new_token
from participation.foundation.text import fold
from participation.jobs import queue
from participation.mail import outbox as mail
from participation.people import queries
from participation.people.domain import (
    NEW_PASSWORD_JOB,
    RESIDENT_LIFE,
    STAFF_LIFE,
    TOKEN_LIFE,
    AgeBand,
    Standing,
    TokenPurpose,
    hash_of_text,
)
from participation.people.events import PersonErased, PersonRegistered
from participation.people.models import (
    CredentialToken,
    LoginAttempt,
    LoginSession,
    Membership,
    Person,
    PersonStanding,
    StaffRole,
)
from participation.people.policies import STOPPED

#: Names that only the ward itself may carry (なりすまし), folded.
RESERVED_NAMES = frozenset(
    fold(name)
    for name in (
        "区役所",
        "目黒区",
        "練馬区",
        "世田谷区",
        "区長",
        "職員",
        "事務局",
        "運営",
        "管理者",
        "広報課",
        "admin",
        "administrator",
        "moderator",
        "official",
    )
)
MAX_LETTERS_PER_HOUR = 3


@dataclass(frozen=True)
class ProfileDraft:
    """What a person says of themselves; all but the nickname is optional."""

    nickname: str
    age_band: AgeBand | None
    district_id: int | None
    standings: frozenset[Standing]
    language: str
    wants_mail: bool


def register_person(email: str, nickname: str, password_hash: str, *, by: Actor) -> None:
    """Begin a registration (登録): the account works once the mailed link was followed.

    Whoever registers an address learns nothing about whether it has an account: both get the same
    answer, and only the owner of the address reads the difference.
    """
    access.require(by, "people.register")
    email = _address(email)
    owner = queries.find_by_email(email)
    if owner is not None and owner.email_confirmed_at is not None:
        if _may_write_to(owner):
            mail.send(to=email, template="people/already_registered", context={})
        audit.record(by, "people.register", owner, {"known": True})
        return
    _refuse_taken_name(nickname, besides=owner)
    if owner is None:
        owner = Person(email=email, is_staff=False, wants_mail=True, language="ja", created_at=clock.now())
        db.session.add(owner)
    owner.nickname, owner.nickname_key, owner.password_hash = nickname, fold(nickname), password_hash
    db.session.flush()
    if _may_write_to(owner):
        _mail_link(owner, TokenPurpose.CONFIRM_EMAIL, "people/confirm_email")
    audit.record(by, "people.register", owner)


def confirm_email(token: str, *, by: Actor) -> Person:
    """Finish a registration with the secret of the mailed link."""
    access.require(by, "people.confirm")
    row, person = _use_token(token, TokenPurpose.CONFIRM_EMAIL)
    row.used_at = clock.now()
    if person.email_confirmed_at is None:
        person.email_confirmed_at = clock.now()
        events.publish(PersonRegistered(person.id))
    audit.record(by, "people.confirm", person)
    return person


def log_in(person: Person, token_hash: str, device: str, *, by: Actor) -> LoginSession:
    """Begin a session for a person whose secret was checked; the hash is that of a new cookie."""
    access.require(by, "people.log_in", person)
    now = clock.now()
    session = LoginSession(
        token_hash=token_hash,
        person_id=person.id,
        created_at=now,
        last_seen_at=now,
        ends_at=now + (STAFF_LIFE if person.is_staff else RESIDENT_LIFE),
        device=device[:80],
    )
    db.session.add(session)
    audit.record(by, "people.log_in", person)
    return session


def note_failed_log_in(email: str, network: str, *, by: Actor) -> None:
    """Remember a log-in that failed, so that guessing gets slow (not who: only hashes)."""
    access.require(by, "people.try_log_in")
    db.session.add(
        LoginAttempt(account_hash=hash_of_text(email), network=hash_of_text(network), at=clock.now())
    )
    audit.record(by, "people.try_log_in", "persons", {"failed": True})


def log_out(token_hash: str, *, by: Actor) -> None:
    """End a session everywhere at once."""
    access.require(by, "people.log_out")
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash))
    audit.record(by, "people.log_out", "login_sessions")


def note_use(token_hash: str, *, by: Actor) -> None:
    """Note that a session is in use, so that it does not end for want of it."""
    access.require(by, "people.use_session")
    db.session.execute(
        update(LoginSession).where(LoginSession.token_hash == token_hash).values(last_seen_at=clock.now())
    )
    audit.record(by, "people.use_session", "login_sessions")


def end_other_sessions(person: Person, keep_hash: str | None, *, by: Actor) -> None:
    """End every session of a person but this one."""
    access.require(by, "people.change_own", person)
    db.session.execute(
        delete(LoginSession).where(
            LoginSession.person_id == person.id, LoginSession.token_hash != (keep_hash or "")
        )
    )
    audit.record(by, "people.change_own", person, {"sessions": "ended"})


def ask_for_new_password(email: str, *, by: Actor) -> None:
    """Ask for a link for choosing a new password; whether the address has an account is looked up later.

    So that the answer takes the same time for every address (reliability.md S-07).
    """
    access.require(by, "people.register")
    queue.enqueue(NEW_PASSWORD_JOB, {"email": email})
    audit.record(by, "people.register", "persons", {"asked": "new password"})


def mail_new_password_link(email: str, *, by: Actor) -> None:
    """Mail a link for choosing a new password, if the address has an account that may use one."""
    access.require(by, "people.mail_new_password_link")
    person = queries.find_by_email(email)
    if person and person.email_confirmed_at and not person.suspended_at and _may_write_to(person):
        _mail_link(person, TokenPurpose.RESET_PASSWORD, "people/reset_password")
        audit.record(by, "people.mail_new_password_link", person)


def choose_new_password(token: str, password_hash: str, *, by: Actor) -> Person:
    """Set a new password with the secret of a mailed link; every session of the person ends."""
    access.require(by, "people.confirm")
    row, person = _use_token(token, TokenPurpose.RESET_PASSWORD, TokenPurpose.INVITE_STAFF)
    row.used_at = clock.now()
    person.password_hash = password_hash
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    audit.record(by, "people.confirm", person, {"password": "chosen"})
    return person


def change_own_password(person: Person, password_hash: str, keep_hash: str | None, *, by: Actor) -> None:
    """Change one's own password; the other sessions end."""
    access.require(by, "people.change_own", person)
    person.password_hash = password_hash
    db.session.execute(
        delete(LoginSession).where(
            LoginSession.person_id == person.id, LoginSession.token_hash != (keep_hash or "")
        )
    )
    audit.record(by, "people.change_own", person, {"password": "changed"})


def change_own_profile(person: Person, draft: ProfileDraft, *, by: Actor) -> None:
    """Change what one says of oneself."""
    access.require(by, "people.change_own", person)
    if fold(draft.nickname) != person.nickname_key:
        _refuse_taken_name(draft.nickname, besides=person)
    person.nickname, person.nickname_key = draft.nickname, fold(draft.nickname)
    person.age_band, person.district_id = draft.age_band, draft.district_id
    person.language, person.wants_mail = draft.language, draft.wants_mail
    _set_standings(person, draft.standings)
    audit.record(by, "people.change_own", person)


def keep_own_district(person: Person, district_id: int | None, *, by: Actor) -> None:
    """Remember the 住区 in which a person lives or is active, as they found it."""
    access.require(by, "people.change_own", person)
    person.district_id = district_id
    audit.record(by, "people.change_own", person)


def stop_letters(person: Person, *, by: Actor) -> None:
    """Send a person no more letters about notices; asked for by the link in one of them."""
    access.require(by, "people.stop_letters", person)
    person.wants_mail = False
    audit.record(by, "people.stop_letters", person)


def erase_own_account(person: Person, *, by: Actor) -> None:
    """Leave (退会): what is known of the person goes at once; what they said stays, without a name."""
    access.require(by, "people.erase_own", person)
    person.email = person.password_hash = person.age_band = person.district_id = None
    person.nickname, person.nickname_key = "退会した人", f"erased-{new_token()}"
    person.erased_at = clock.now()
    for model in (LoginSession, CredentialToken, PersonStanding, Membership):
        db.session.execute(delete(model).where(model.person_id == person.id))
    audit.record(by, "people.erase_own", person)
    events.publish(PersonErased(person.id))


def forget_log_ins(before: datetime, *, by: Actor) -> int:
    """Let go of failed log-ins, log-ins and mailed links that were over before this moment; return how many."""
    access.require(by, "people.forget_log_ins")
    gone = 0
    for model, ended in (
        (LoginAttempt, LoginAttempt.at),
        (LoginSession, LoginSession.ends_at),
        (CredentialToken, CredentialToken.expires_at),
    ):
        gone += len(db.session.execute(delete(model).where(ended < before).returning(model.id)).all())
    audit.record(by, "people.forget_log_ins", "login_attempts", {"rows": gone})
    return gone


def invite_staff(
    email: str, name: str, roles: Collection[Role], section_id: int | None, *, by: Actor
) -> Person:
    """Invite a member of staff (職員): they choose a password with the mailed link."""
    access.require(by, "people.invite_staff")
    email = _address(email)
    _refuse_other_roles(roles)
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Refused("このメールアドレスは、すでに登録されています。", field="email")
    person = Person(
        email=email,
        nickname=name,
        nickname_key=f"staff-{fold(name)}-{new_token()[:12]}",
        is_staff=True,
        wants_mail=True,
        language="ja",
        section_id=section_id,
        created_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    for role in sorted(roles):
        db.session.add(StaffRole(person_id=person.id, role=role))
    _mail_link(person, TokenPurpose.INVITE_STAFF, "people/invite_staff")
    audit.record(by, "people.invite_staff", person, {"roles": sorted(roles)})
    return person


def change_roles(person: Person, roles: Collection[Role], section_id: int | None, *, by: Actor) -> None:
    """Change a member of staff's roles and section; there is always somebody who administers."""
    access.require(by, "people.change_roles", person)
    _refuse_other_roles(roles)
    if not person.is_staff:
        raise Refused("職員のアカウントだけに役割をつけられます。")
    held = set(db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id)))
    if Role.ADMINISTRATOR in held and Role.ADMINISTRATOR not in roles:
        _refuse_last_administrator(person)
    db.session.execute(delete(StaffRole).where(StaffRole.person_id == person.id))
    for role in sorted(roles):
        db.session.add(StaffRole(person_id=person.id, role=role))
    person.section_id = section_id
    # Whoever is logged in with other rights logs in again.
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    audit.record(by, "people.change_roles", person, {"before": sorted(held), "after": sorted(roles)})


def suspend(person: Person, *, stop: bool, by: Actor) -> None:
    """Stop an account, or let it go on; a stopped account is logged out everywhere."""
    access.require(by, "people.suspend", person)
    if stop:
        if person.is_staff:
            _refuse_last_administrator(person)
        person.suspended_at = person.suspended_at or clock.now()
        db.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    else:
        person.suspended_at = None
    audit.record(by, "people.suspend", person, {"stopped": stop})


def _address(email: str) -> str:
    email = email.strip().lower()
    if not mail.is_address(email):
        raise Refused("メールアドレスの形を確かめてください（例 name@example.jp）。", field="email")
    return email


def _refuse_taken_name(nickname: str, *, besides: Person | None) -> None:
    key = fold(nickname)
    if not key or key.replace(" ", "") in RESERVED_NAMES:
        raise Refused("この名前は使えません。別の名前にしてください。", field="nickname")
    owner_id = db.session.scalar(select(Person.id).where(Person.nickname_key == key))
    if owner_id is not None and (besides is None or owner_id != besides.id):
        raise Refused("この名前は、ほかの人が使っています。別の名前にしてください。", field="nickname")


def _refuse_other_roles(roles: Collection[Role]) -> None:
    if not roles or not set(roles) <= EVERY_STAFF_ROLE:
        names = "、".join(ROLE_NAMES[role] for role in sorted(EVERY_STAFF_ROLE))
        raise Refused(f"役割を1つ以上選んでください（{names}）。", field="roles")


def _refuse_last_administrator(person: Person) -> None:
    others = db.session.scalars(
        select(Person.id)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .where(
            StaffRole.role == Role.ADMINISTRATOR,
            Person.id != person.id,
            Person.suspended_at.is_(None),
            Person.password_hash.is_not(None),
        )
        .order_by(Person.id)
        .with_for_update()
    ).first()
    if others is None:
        raise Refused("管理者がいなくなるため、この変更はできません。先にほかの人を管理者にしてください。")


def _may_write_to(person: Person) -> bool:
    recent = db.session.scalar(
        select(func.count()).where(
            CredentialToken.person_id == person.id,
            CredentialToken.purpose != TokenPurpose.CONFIRM_STANDING,  # Not mailed.
            CredentialToken.expires_at
            > clock.now() + TOKEN_LIFE[TokenPurpose.CONFIRM_EMAIL] - timedelta(hours=1),
        )
    )
    return (recent or 0) < MAX_LETTERS_PER_HOUR


def _mail_link(person: Person, purpose: TokenPurpose, template: str) -> None:
    token = new_token()
    db.session.add(
        CredentialToken(
            token_hash=hash_of_text(token),
            person_id=person.id,
            purpose=purpose,
            expires_at=clock.now() + TOKEN_LIFE[purpose],
        )
    )
    assert person.email is not None
    mail.send(to=person.email, template=template, context={"token": token, "name": person.nickname})


def _use_token(token: str, *purposes: TokenPurpose) -> tuple[CredentialToken, Person]:
    row = db.session.scalars(
        select(CredentialToken)
        .where(CredentialToken.token_hash == hash_of_text(token), CredentialToken.purpose.in_(purposes))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("このリンクは使えません。メールの中のリンクをもう一度お確かめください。")
    if row.used_at is not None:
        raise Conflict("このリンクはすでに使われています。ログインの画面からお入りください。")
    if row.expires_at <= clock.now():
        raise Refused("このリンクは期限が切れました。もう一度、はじめからお手続きください。")
    person = db.session.get_one(Person, row.person_id)
    if person.suspended_at is not None or person.erased_at is not None:
        raise Refused(STOPPED)
    return row, person


def _set_standings(person: Person, standings: Collection[Standing]) -> None:
    """Set the standings (提出資格) that a person says they have."""
    present = {
        row.standing: row
        for row in db.session.scalars(select(PersonStanding).where(PersonStanding.person_id == person.id))
    }
    for standing, row in present.items():
        if standing not in standings:
            db.session.delete(row)
    for standing in sorted(set(standings) - set(present)):
        db.session.add(PersonStanding(person_id=person.id, standing=standing))
