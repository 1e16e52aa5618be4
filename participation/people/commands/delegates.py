"""Delegates of organisations (団体の担当者): registering one's own organisation, inviting, handing over, ending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import EVERY_RIGHT, Actor, Right
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.ids import new_token
from participation.mail import outbox as mail
from participation.organisations import commands as organisations
from participation.organisations.commands import OrganisationDraft
from participation.organisations.models import CommunityOrganisation
from participation.people import queries
from participation.people.domain import (
    INVITATION_LIFE,
    MOST_INVITATIONS_A_DAY,
    MOST_WAITING_ORGANISATIONS,
    hash_of_text,
)
from participation.people.models import DelegateInvitation, Handover, Membership, Person

NO_RIGHTS = "できることを1つ以上選んでください。"
BACKWARDS = "任期の終わりは、始まりより後の日にしてください。"
NOBODY_LEFT = "担当者を決める人がいなくなります。引き継ぐ人のメールアドレスを入れてください。"


@dataclass(frozen=True)
class Term:
    """From when to when, with which rights, somebody acts for an organisation."""

    begins_on: date
    ends_on: date
    rights: frozenset[Right] = EVERY_RIGHT
    #: The moment of a hand-over before which nothing may be done.
    begins_at: datetime | None = None


def register_own_organisation(draft: OrganisationDraft, ends_on: date, *, by: Actor) -> CommunityOrganisation:
    """Ask for an organisation of one's own to be registered (団体の登録の申し出): its first delegate is who asks.

    Nothing can be done in its name before staff have confirmed it.
    """
    access.require(by, "people.register_organisation")
    assert by.person_id is not None
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(CommunityOrganisation, CommunityOrganisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == by.person_id,
            CommunityOrganisation.confirmed_at.is_(None),
            CommunityOrganisation.withdrawn_at.is_(None),
        )
    )
    if (waiting or 0) >= MOST_WAITING_ORGANISATIONS:
        raise Refused("確認を待っている団体があります。確認が済んでから、次の団体を申し出てください。")
    organisation = organisations.ask_for_registration(draft, by=by)
    _appoint(organisation, by.person_id, Term(clock.today(), ends_on))
    audit.record(by, "people.register_organisation", organisation)
    return organisation


def change_own_organisation(
    organisation: CommunityOrganisation, draft: OrganisationDraft, seen_version: int, *, by: Actor
) -> None:
    """Change what is registered of one's organisation, as its delegate."""
    access.require(by, "people.manage_organisation", organisation)
    _hold_management(organisation, by)
    organisations.change_organisation(organisation, draft, seen_version, by=by)
    audit.record(by, "people.manage_organisation", organisation)


def withdraw_own_organisation(organisation: CommunityOrganisation, reason: str, *, by: Actor) -> None:
    """End the registration of one's organisation, as its delegate."""
    access.require(by, "people.manage_organisation", organisation)
    _hold_management(organisation, by)
    organisations.withdraw_organisation(organisation, reason, by=by)
    audit.record(by, "people.manage_organisation", organisation, {"withdrawn": True})


def appoint_delegate(
    organisation: CommunityOrganisation,
    email: str,
    begins_on: date,
    ends_on: date,
    rights: Collection[Right] = EVERY_RIGHT,
    *,
    by: Actor,
) -> Membership:
    """Let a person with an account act for an organisation during a term (任期) [begins_on, ends_on)."""
    access.require(by, "people.appoint_delegate", organisation)
    _hold_management(organisation, by)
    term = Term(begins_on, ends_on, frozenset(rights))
    _refuse_unfit(term)
    person = db.session.scalars(
        select(Person).where(Person.email == email.strip().lower(), Person.is_staff.is_(False))
    ).one_or_none()
    if person is None or person.email_confirmed_at is None:
        raise Refused(
            "このメールアドレスで登録した人が見つかりません。先に本人に登録してもらうか、招待のメールを送ってください。",
            field="email",
        )
    membership = _appoint(organisation, person.id, term)
    audit.record(by, "people.appoint_delegate", membership, {"rights": sorted(term.rights)})
    return membership


def invite_delegate(
    organisation: CommunityOrganisation,
    email: str,
    term: Term,
    *,
    by: Actor,
    handover: Handover | None = None,
) -> DelegateInvitation:
    """Invite somebody by a mailed link to act for an organisation; they use an account of their own."""
    access.require(by, "people.appoint_delegate", organisation)
    _hold_management(organisation, by)
    _refuse_unfit(term)
    email = email.strip().lower()
    if not mail.is_address(email):
        raise Refused(f"メールアドレスの形を確かめてください（{email or '空です'}）。", field="email")
    invited = db.session.scalar(
        select(func.count()).where(
            DelegateInvitation.organisation_id == organisation.id,
            DelegateInvitation.invited_at > clock.now() - timedelta(days=1),
        )
    )
    if (invited or 0) >= MOST_INVITATIONS_A_DAY:
        raise Refused("きょう送れる招待の数を超えました。あす、もう一度お試しください。", field="email")
    token, now = new_token(), clock.now()
    invitation = DelegateInvitation(
        organisation_id=organisation.id,
        handover_id=handover.id if handover else None,
        email=email,
        token_hash=hash_of_text(token),
        rights=sorted(term.rights),
        begins_on=term.begins_on,
        ends_on=term.ends_on,
        begins_at=term.begins_at,
        invited_by_id=by.person_id,
        invited_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    db.session.add(invitation)
    mail.send(
        to=email,
        template="people/invite_delegate",
        context={"token": token, "organisation": organisation.name, "term": term},
    )
    audit.record(by, "people.appoint_delegate", organisation, {"invited": sorted(term.rights)})
    return invitation


def accept_invitation(token: str, *, by: Actor) -> Membership:
    """Accept an invitation with the account of the invited address."""
    access.require(by, "people.accept_invitation")
    invitation, organisation = queries.find_invitation(token)
    db.session.refresh(invitation, with_for_update=True)
    if invitation.accepted_at is not None:
        raise Conflict("この招待は、もう使われています。")
    if invitation.cancelled_at is not None or invitation.expires_at <= clock.now():
        raise Refused("この招待は期限が切れたか、取り消されました。団体の人に、もう一度頼んでください。")
    if organisation.withdrawn_at is not None:
        raise Refused("この団体の登録は終わっています。")
    person = db.session.get_one(Person, by.person_id)
    if person.email != invitation.email:
        raise Denied("招待を受け取ったメールアドレスで登録したアカウントで、ログインし直してください。")
    rights = frozenset(Right(right) for right in invitation.rights)
    # Who acts already goes on acting: a hand-over to come takes nothing from them until then.
    acts = organisation.id in {each.id for each, _ in queries.list_delegations(person.id)}
    term = Term(
        min(invitation.begins_on, clock.today()) if acts else invitation.begins_on,
        invitation.ends_on,
        rights,
        None if acts else invitation.begins_at,
    )
    membership = _appoint(organisation, person.id, term)
    invitation.accepted_at, invitation.accepted_by_id, invitation.email = clock.now(), person.id, None
    audit.record(by, "people.accept_invitation", membership, {"rights": sorted(rights)})
    return membership


def cancel_invitation(
    invitation: DelegateInvitation, organisation: CommunityOrganisation, *, by: Actor
) -> None:
    """Take an invitation back: its link works no longer."""
    access.require(by, "people.appoint_delegate", organisation)
    _hold_management(organisation, by)
    if invitation.accepted_at is not None:
        raise Conflict("この招待は、もう引き受けられています。担当者の一覧から終えてください。")
    invitation.cancelled_at, invitation.email = clock.now(), None
    audit.record(by, "people.appoint_delegate", organisation, {"invitation": "cancelled"})


def end_delegation(membership: Membership, organisation: CommunityOrganisation, *, by: Actor) -> None:
    """End every right of a delegate at this moment."""
    access.require(by, "people.appoint_delegate", organisation)
    _hold_management(organisation, by)
    _end(membership, clock.now())
    audit.record(by, "people.appoint_delegate", membership, {"ended": True})


def resign(membership: Membership, *, by: Actor) -> None:
    """Stop acting for an organisation, at this moment, by one's own wish."""
    access.require(by, "people.resign", membership)
    _end(membership, clock.now())
    audit.record(by, "people.resign", membership)


def hand_over(
    organisation: CommunityOrganisation,
    leaving: Sequence[Membership],
    successors: Sequence[str],
    effective_at: datetime,
    ends_on: date,
    note: str = "",
    rights: Collection[Right] = EVERY_RIGHT,
    *,
    by: Actor,
) -> Handover:
    """Hand an organisation's delegation over (引き継ぎ): from `effective_at` on, who leaves can do nothing.

    The successors are invited by mail; their rights begin at that moment, not before.
    """
    access.require(by, "people.appoint_delegate", organisation)
    _hold_management(organisation, by)
    now = clock.now()
    effective_at = max(effective_at, now)
    if not leaving:
        raise Refused("交代する担当者を選んでください。", field="leaving")
    if any(each.organisation_id != organisation.id for each in leaving):
        raise Denied("この団体の担当者ではありません。")
    going = {each.id for each in leaving}
    staying = [
        line
        for line in queries.list_delegates(organisation)
        if line.membership.id not in going
        and (line.runs or line.is_to_come)
        and Right.MANAGE in line.membership.rights
    ]
    if not successors and not staying and not by.is_staff:
        raise Refused(NOBODY_LEFT, field="successors")
    people = select(Person.id, Person.nickname).where(Person.id.in_([each.person_id for each in leaving]))
    names = {row.id: row.nickname for row in db.session.execute(people)}
    handover = Handover(
        organisation_id=organisation.id,
        effective_at=effective_at,
        note=note,
        started_at=now,
        started_by_id=by.person_id,
        leaving=[names[each.person_id] for each in leaving],
    )
    db.session.add(handover)
    db.session.flush()
    begins_on = effective_at.astimezone(clock.JST).date()
    term = Term(begins_on, ends_on, frozenset(rights), effective_at)
    for email in successors:
        try:
            invite_delegate(organisation, email, term, by=by, handover=handover)
        except Refused as refusal:
            field = {"email": "successors"}.get(refusal.field or "", refusal.field)
            raise Refused(refusal.reason, field=field) from refusal
    for membership in leaving:
        _end(membership, effective_at)
    audit.record(
        by, "people.appoint_delegate", handover, {"leaving": len(leaving), "invited": len(successors)}
    )
    return handover


def forget_invitations(before: datetime, *, by: Actor) -> int:
    """Empty the addresses of invitations that were over before this moment; return how many."""
    access.require(by, "people.forget_invitations")
    gone = db.session.execute(
        update(DelegateInvitation)
        .where(DelegateInvitation.expires_at < before, DelegateInvitation.email.is_not(None))
        .values(email=None)
        .returning(DelegateInvitation.id)
    ).all()
    audit.record(by, "people.forget_invitations", "delegate_invitations", {"rows": len(gone)})
    return len(gone)


def _hold_management(organisation: CommunityOrganisation, by: Actor) -> None:
    """A delegate still holds the right when it is used: a hand-over may have come first."""
    if by.is_member and not queries.hold_right(
        by.person_id or 0, organisation.id, Right.MANAGE, exclusively=True
    ):
        raise Denied("この団体の担当者としての任期や権限は、もう終わっています。")


def _refuse_unfit(term: Term) -> None:
    if term.ends_on <= term.begins_on:
        raise Refused(BACKWARDS, field="ends_on")
    if not term.rights:
        raise Refused(NO_RIGHTS, field="rights")


def _appoint(organisation: CommunityOrganisation, person_id: int, term: Term) -> Membership:
    values = {
        "begins_on": term.begins_on,
        "ends_on": term.ends_on,
        "begins_at": term.begins_at,
        "ended_at": None,
        **{f"may_{right.value}": right in term.rights for right in Right},
    }
    key = {"person_id": person_id, "organisation_id": organisation.id}
    if insert_once(Membership, key | values, unique=list(key)) is None:
        db.session.execute(
            update(Membership)
            .where(Membership.person_id == person_id, Membership.organisation_id == organisation.id)
            .values(**values)
        )
    return db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.organisation_id == organisation.id)
        .execution_options(populate_existing=True)
    ).one()


def _end(membership: Membership, moment: datetime) -> None:
    """The row is taken first: whoever speaks with it right now is let finish, and nobody afterwards."""
    db.session.refresh(membership, with_for_update=True)
    membership.ended_at = min(membership.ended_at or moment, moment)
