"""Delegates of organisations: terms, rights, invitations, and a hand-over after which nothing is left."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.access import rules
from participation.access.actors import EVERY_RIGHT, Actor, Right, Role, system
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.jobs import worker
from participation.organisations import commands as organisations
from participation.organisations.commands import OrganisationDraft
from participation.organisations.models import CommunityOrganisation
from participation.people import commands, queries
from participation.people.commands import Term
from participation.people.models import DelegateInvitation, Membership
from tests.support.builders.consultations import a_subject
from tests.support.people import a_delegate, a_member_of_staff, a_resident, actor_of, an_organisation

SYSTEM = system("tests")
FROM, UNTIL = date(2026, 11, 22), date(2027, 4, 1)


def appoint(organisation, email, begins_on=FROM, ends_on=UNTIL, by=SYSTEM):
    with transaction():
        return commands.appoint_delegate(organisation, email, begins_on, ends_on, by=by)


def test_a_delegate_acts_for_their_organisation_from_the_first_day_of_the_term(app, clock):
    organisation, person = an_organisation(), a_resident()
    appoint(organisation, person.email, begins_on=FROM + timedelta(days=1))
    assert actor_of(person).organisation_ids == frozenset()
    clock.advance(timedelta(days=1))
    assert actor_of(person).organisation_ids == {organisation.id}
    assert Role.DELEGATE in actor_of(person).roles


def test_the_day_on_which_a_term_ends_is_not_part_of_it(app, clock):
    organisation, person = an_organisation(), a_resident()
    appoint(organisation, person.email, ends_on=FROM + timedelta(days=1))
    clock.advance(timedelta(days=1))
    assert actor_of(person).organisation_ids == frozenset()


def test_appointing_again_changes_the_term(app):
    organisation, person = an_organisation(), a_resident()
    appoint(organisation, person.email)
    appoint(organisation, person.email, ends_on=date(2028, 4, 1))
    (line,) = queries.list_delegates(organisation)
    assert line.membership.ends_on == date(2028, 4, 1)


def test_a_term_ends_after_it_begins(app):
    with pytest.raises(Refused) as refusal:
        appoint(an_organisation(), a_resident().email, ends_on=FROM)
    assert refusal.value.field == "ends_on"


@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_only_somebody_who_registered_becomes_a_delegate(app, who):
    email = "nobody@example.jp" if who == "nobody" else a_member_of_staff(Role.EDITOR).email
    with pytest.raises(Refused) as refusal:
        appoint(an_organisation(), email)
    assert refusal.value.field == "email"


def test_an_organisation_that_was_not_confirmed_has_no_delegates(app, clock):
    with transaction():
        db.session.add(
            CommunityOrganisation(
                kind="neighbourhood_association", name="まだの会", registered_at=clock.moment
            )
        )
    organisation = db.session.scalars(
        select(CommunityOrganisation).where(CommunityOrganisation.name == "まだの会")
    ).one()
    with pytest.raises(Denied, match="団体の確認"):
        appoint(organisation, a_resident().email)


def ended(organisation, person, by=SYSTEM):
    with transaction():
        membership = queries.get_membership(organisation, person.public_id)
        commands.end_delegation(membership, organisation, by=by)


def test_a_delegation_ends_at_this_moment_and_is_never_made_longer_by_it(app, clock):
    organisation, person = an_organisation(), a_resident()
    appoint(organisation, person.email)
    ended(organisation, person)
    moment = clock.moment
    assert actor_of(person).delegations == frozenset()
    clock.advance(timedelta(days=10))
    ended(organisation, person)
    assert queries.get_membership(organisation, person.public_id).ended_at == moment


# ── Rights ──────────────────────────────────────────────────────────────────────────────────

STATES = ("confirmed", "waiting", "expired", "withdrawn")
TERMS = ("to come", "runs", "over", "handed over")


def put_in_state(organisation, state):
    with transaction():
        row = db.session.get_one(CommunityOrganisation, organisation.id)
        if state == "waiting":
            row.confirmed_at = None
        elif state == "expired":
            row.confirmed_until = FROM
        elif state == "withdrawn":
            row.withdrawn_at = row.registered_at


def put_in_term(organisation, person, term, moment):
    with transaction():
        row = queries.get_membership(organisation, person.public_id)
        if term == "to come":
            row.begins_on = FROM + timedelta(days=1)
        elif term == "over":
            row.begins_on, row.ends_on = FROM - timedelta(days=9), FROM
        elif term == "handed over":
            row.ended_at = moment


@pytest.mark.parametrize(("state", "term"), list(product(STATES, TERMS)))
def test_what_a_delegate_may_follows_from_term_state_and_right(app, clock, state, term):
    organisation = an_organisation()
    people = {right: a_delegate(organisation, rights=[right]) for right in Right}
    put_in_state(organisation, state)
    for right, person in people.items():
        put_in_term(organisation, person, term, clock.moment)
        actor = actor_of(person)
        runs = term == "runs" and (state == "confirmed" or (right is Right.MANAGE and state != "withdrawn"))
        assert {each for each in Right if actor.may_for(organisation.id, each)} == (
            {right} if runs else set()
        )
        speaks = runs and right is Right.SUBMIT
        assert actor.organisation_ids == (frozenset({organisation.id}) if speaks else frozenset())
        with transaction():
            held = {each for each in Right if queries.hold_right(person.id, organisation.id, each)}
        assert held == ({right} if runs else set())


@pytest.mark.parametrize("right", Right)
def test_only_the_right_to_manage_appoints_invites_and_hands_over(app, right):
    organisation = an_organisation()
    actor = actor_of(a_delegate(organisation, rights=[right]))
    assert bool(rules.can(actor, "people.appoint_delegate", organisation)) is (right is Right.MANAGE)
    assert not rules.can(actor, "people.appoint_delegate", an_organisation("よその会"))


def say(person_id, organisation_id, subject_id):
    return contributions.say(
        ContributionKind.OPINION,
        "夜道を明るくしてください。",
        subject_id=subject_id,
        visibility=Visibility.PUBLISHED,
        author_id=person_id,
        organisation_id=organisation_id,
        shown_name="さくら坂町会",
    )


@pytest.mark.parametrize("rights", [[], [Right.DRAFT, Right.APPROVE, Right.WITHDRAW, Right.MANAGE]])
def test_nothing_is_said_for_an_organisation_without_the_right_to_submit(app, rights):
    organisation, subject = an_organisation(), a_subject()
    person = a_delegate(organisation, rights=rights)
    with pytest.raises(Denied, match="任期や権限"), transaction():
        say(person.id, organisation.id, subject.id)


# ── Registering one's own ───────────────────────────────────────────────────────────────────


def own(name, by):
    with transaction():
        return commands.register_own_organisation(OrganisationDraft(name, "npo"), UNTIL, by=by)


def test_who_registers_an_organisation_is_its_delegate_and_speaks_once_it_is_confirmed(app):
    person = a_resident()
    organisation = own("こどもの居場所の会", actor_of(person))
    waiting = actor_of(person)
    assert waiting.organisation_ids == frozenset()
    assert {right for _, right in waiting.delegations} == {Right.MANAGE}
    with transaction():
        organisations.confirm_organisation(organisation, by=SYSTEM)
    assert actor_of(person).organisation_ids == {organisation.id}
    assert {right for _, right in actor_of(person).delegations} == EVERY_RIGHT


def test_nobody_fills_the_list_with_organisations_that_wait(app):
    person = a_resident()
    for number in range(3):
        own(f"会{number}", actor_of(person))
    with pytest.raises(Refused, match="確認を待っている"):
        own("もう一つ", actor_of(person))


def test_a_delegate_mends_the_registration_and_ends_it_and_others_do_not(app):
    organisation = an_organisation()
    person = a_delegate(organisation)
    for stranger in (
        a_delegate(an_organisation("よその会")),
        a_delegate(organisation, rights=[Right.SUBMIT]),
    ):
        with pytest.raises(Denied), transaction():
            commands.withdraw_own_organisation(organisation, "解散", by=actor_of(stranger))
    draft = OrganisationDraft(organisation.name, organisation.kind, introduction="夜回りをしています。")
    with transaction():
        commands.change_own_organisation(organisation, draft, organisation.version, by=actor_of(person))
    assert organisation.introduction == "夜回りをしています。"
    with pytest.raises(Conflict), transaction():
        commands.change_own_organisation(organisation, draft, 1, by=actor_of(person))
    with transaction():
        commands.withdraw_own_organisation(organisation, "合併したため", by=actor_of(person))
    assert actor_of(person).delegations == frozenset()


# ── Invitations ─────────────────────────────────────────────────────────────────────────────


def invited(organisation, email, letters, *, by=SYSTEM, rights=EVERY_RIGHT):
    with transaction():
        commands.invite_delegate(organisation, email, Term(FROM, UNTIL, frozenset(rights)), by=by)
    worker.drain()
    assert letters[-1]["to"] == email
    return re.search(r"/delegations/(\S+)", letters[-1]["body"]).group(1)


def accepted(token, person):
    with transaction():
        return commands.accept_invitation(token, by=actor_of(person))


def test_an_invited_person_takes_over_with_an_account_of_their_own(app, clock, letters):
    organisation, person = an_organisation(), a_resident()
    token = invited(organisation, person.email, letters, rights={Right.DRAFT})
    accepted(token, person)
    assert {right for _, right in actor_of(person).delegations} == {Right.DRAFT}
    assert db.session.scalars(select(DelegateInvitation.email)).all() == [None], "the address is let go of"
    with pytest.raises(Conflict):
        accepted(token, person)


def test_a_forwarded_invitation_is_nobody_elses(app, clock, letters):
    organisation, person = an_organisation(), a_resident()
    token = invited(organisation, person.email, letters)
    with pytest.raises(Denied, match="招待を受け取ったメールアドレス"):
        accepted(token, a_resident())
    with pytest.raises(NotFound):
        accepted(token + "x", person)


def test_an_invitation_ends_when_cancelled_late_or_the_organisation_is_gone(app, clock, letters):
    organisation, person = an_organisation(), a_resident()
    first = invited(organisation, person.email, letters)
    with transaction():
        (row,) = queries.list_invitations(organisation)
        commands.cancel_invitation(row, organisation, by=SYSTEM)
    with pytest.raises(Refused, match="取り消されました"):
        accepted(first, person)
    second = invited(organisation, person.email, letters)
    clock.advance(timedelta(days=14))
    with pytest.raises(Refused, match="期限が切れた"):
        accepted(second, person)
    assert list(queries.list_invitations(organisation)) == []
    with transaction():
        assert commands.forget_invitations(clock.moment + timedelta(seconds=1), by=SYSTEM) == 1
    third = invited(organisation, person.email, letters)
    put_in_state(organisation, "withdrawn")
    with pytest.raises(Refused, match="登録は終わって"):
        accepted(third, person)


@pytest.mark.parametrize(
    ("email", "rights", "ends_on", "field"),
    [
        ("これは違う", EVERY_RIGHT, UNTIL, "email"),
        ("a@example.jp", (), UNTIL, "rights"),
        ("a@example.jp", EVERY_RIGHT, FROM, "ends_on"),
    ],
)
def test_an_invitation_that_cannot_work_is_refused_at_its_field(app, email, rights, ends_on, field):
    with pytest.raises(Refused) as refusal, transaction():
        commands.invite_delegate(an_id(), email, Term(FROM, ends_on, frozenset(rights)), by=SYSTEM)
    assert refusal.value.field == field


def an_id():
    return db.session.scalars(select(CommunityOrganisation)).first() or _made()


def _made():
    row = CommunityOrganisation(
        kind="npo", name="招く会", registered_at=queries.clock.now(), confirmed_at=queries.clock.now()
    )
    db.session.add(row)
    db.session.flush()
    return row


# ── Handing over ────────────────────────────────────────────────────────────────────────────


def hand_over(organisation, old, by, effective_at, successors=("new@example.jp",)):
    with transaction():
        return commands.hand_over(
            organisation,
            [queries.get_membership(organisation, old.public_id)],
            successors,
            effective_at,
            UNTIL,
            "鍵は会館の棚です。",
            by=by,
        )


def test_a_second_after_the_hand_over_the_old_officer_can_do_nothing_and_the_new_one_everything(
    app, clock, letters
):
    organisation, old, new = an_organisation(), None, a_resident()
    old = a_delegate(organisation)
    subject = a_subject()
    at = clock.moment + timedelta(hours=3)
    hand_over(organisation, old, actor_of(old), at, (new.email,))
    worker.drain()
    accepted(re.search(r"/delegations/(\S+)", letters[-1]["body"]).group(1), new)
    assert actor_of(old).organisation_ids == {organisation.id}, "until the moment nothing changes"
    assert actor_of(new).delegations == frozenset()
    left_open = actor_of(old)  # A page that was opened before.
    clock.set(at)
    assert actor_of(old).delegations == frozenset()
    assert {right for _, right in actor_of(new).delegations} == EVERY_RIGHT
    for act in (
        lambda: say(old.id, organisation.id, subject.id),
        lambda: commands.invite_delegate(organisation, "x@example.jp", Term(FROM, UNTIL), by=left_open),
        lambda: commands.withdraw_own_organisation(organisation, "腹いせ", by=left_open),
        lambda: commands.hand_over(
            organisation,
            [queries.get_membership(organisation, new.public_id)],
            ["x@example.jp"],
            at,
            UNTIL,
            by=left_open,
        ),
        lambda: commands.end_delegation(
            queries.get_membership(organisation, new.public_id), organisation, by=left_open
        ),
    ):
        with pytest.raises(Denied), transaction():
            act()
    with transaction():
        say(new.id, organisation.id, subject.id)


def test_whoever_speaks_while_it_is_handed_over_is_before_or_refused_never_after(app):
    organisation, subject = an_organisation(), a_subject()
    old, barrier, outcomes = a_delegate(organisation), Barrier(13), []
    ids = (old.id, organisation.id, subject.id)
    actor, organisation_id = actor_of(old), organisation.id

    def speak():
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    outcomes.append((say(*ids).said_at, None))
            except Denied:
                outcomes.append((None, "denied"))

    def end():
        with app.app_context():
            barrier.wait()
            with transaction():
                row = db.session.get_one(CommunityOrganisation, organisation_id)
                membership = queries.get_membership(row, old_public_id)
                commands.hand_over(row, [membership], ["x@example.jp"], queries.clock.now(), UNTIL, by=actor)

    old_public_id = old.public_id
    db.session.rollback()
    threads = [Thread(target=speak) for _ in range(12)] + [Thread(target=end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(outcomes) == 12
    said = db.session.scalar(select(func.count()).select_from(Contribution))
    assert said == sum(1 for at, _ in outcomes if at is not None)
    with pytest.raises(Denied), transaction():
        say(*ids)


def test_a_hand_over_leaves_somebody_who_decides(app, clock):
    organisation = an_organisation()
    old = a_delegate(organisation)
    with pytest.raises(Refused) as refusal:
        hand_over(organisation, old, actor_of(old), clock.moment, ())
    assert refusal.value.field == "successors"
    a_delegate(organisation, rights=[Right.MANAGE])
    assert hand_over(organisation, old, actor_of(old), clock.moment, ()).leaving == [old.nickname]


def test_a_hand_over_names_the_address_that_is_none_and_leaves_nothing_half_done(app, clock):
    organisation = an_organisation()
    old = a_delegate(organisation)
    with pytest.raises(Refused) as refusal:
        hand_over(organisation, old, actor_of(old), clock.moment, ("a@example.jp", "これは違う"))
    assert refusal.value.field == "successors"
    assert actor_of(old).organisation_ids == {organisation.id}
    assert db.session.scalars(select(DelegateInvitation)).all() == []


def test_who_acts_already_keeps_acting_when_they_are_invited_for_later(app, clock, letters):
    organisation = an_organisation()
    old, colleague = a_delegate(organisation), a_delegate(organisation, rights=[Right.DRAFT])
    hand_over(organisation, old, actor_of(old), clock.moment + timedelta(days=2), (colleague.email,))
    worker.drain()
    accepted(re.search(r"/delegations/(\S+)", letters[-1]["body"]).group(1), colleague)
    assert actor_of(colleague).may_for(organisation.id, Right.DRAFT)


def test_a_delegate_resigns_by_themselves_and_for_nobody_else(app):
    organisation = an_organisation()
    one, other = a_delegate(organisation), a_delegate(organisation)
    with pytest.raises(Denied), transaction():
        commands.resign(queries.get_membership(organisation, one.public_id), by=actor_of(other))
    with transaction():
        commands.resign(queries.get_membership(organisation, one.public_id), by=actor_of(one))
    assert actor_of(one).delegations == frozenset()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 2, "the record stays"


def test_staff_are_never_delegates(app, letters):
    organisation, officer = an_organisation(), a_member_of_staff(Role.OFFICER)
    token = invited(organisation, officer.email, letters)
    with pytest.raises(Denied):
        accepted(token, officer)
    assert rules.can(Actor(frozenset({Role.AUDITOR}), 5), "people.read_delegates", organisation)
