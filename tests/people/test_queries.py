"""Reading accounts: whose session this is, what somebody may be today, who works here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Role, system, visitor
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.people import commands, queries
from participation.people.domain import MAX_TRIES_PER_HOUR_FROM_NETWORK, MAX_TRIES_PER_MINUTE
from participation.people.models import Person
from tests.support.people import (
    a_delegate,
    a_member_of_staff,
    a_resident,
    a_section,
    actor_of,
    an_organisation,
)


def begin_session(person, token_hash="h"):
    with transaction():
        commands.log_in(db.session.get_one(Person, person.id), token_hash, "Firefox", by=visitor())


def change(person, **columns):
    with transaction():
        for name, value in columns.items():
            setattr(db.session.get_one(Person, person.id), name, value)


def test_a_session_is_that_of_its_person(app):
    person = a_resident("かもめ")
    begin_session(person)
    account = queries.find_account("h")
    assert (account.person_id, account.nickname, account.get_id()) == (person.id, "かもめ", person.public_id)
    assert account.as_actor().is_member


def test_no_row_is_no_session(app):
    assert queries.find_account("never") is None


@pytest.mark.parametrize(("role", "idle"), [(None, timedelta(days=14)), (Role.EDITOR, timedelta(minutes=30))])
def test_a_session_ends_for_want_of_use_to_the_second(app, clock, role, idle):
    begin_session(a_member_of_staff(role) if role else a_resident())
    clock.advance(idle - timedelta(seconds=1))
    assert queries.find_account("h") is not None
    clock.advance(timedelta(seconds=1))
    assert queries.find_account("h") is None


def test_a_session_of_staff_ends_after_half_a_day_however_much_it_is_used(app, clock):
    person = a_member_of_staff(Role.EDITOR)
    begin_session(person)
    for _ in range(24):
        clock.advance(timedelta(minutes=29))
        with transaction():
            commands.note_use("h", by=actor_of(person))
    assert queries.find_account("h") is not None
    clock.advance(timedelta(minutes=24))
    assert queries.find_account("h") is None


@pytest.mark.parametrize("column", ["suspended_at", "erased_at"])
def test_a_stopped_or_erased_account_is_nobody_at_once(app, clock, column):
    person = a_resident()
    begin_session(person)
    change(person, **{column: clock.moment})
    assert queries.find_account("h") is None


def test_staff_are_their_roles_and_nothing_of_a_resident(app):
    section = a_section()
    actor = actor_of(a_member_of_staff(Role.OFFICER, Role.EDITOR, section=section))
    assert (actor.roles, actor.section_id) == ({Role.OFFICER, Role.EDITOR}, section.id)
    assert actor.is_staff
    assert not actor.is_member


def test_a_delegate_is_a_resident_too(app):
    organisation = an_organisation()
    actor = actor_of(a_delegate(organisation))
    assert actor.roles == {Role.RESIDENT, Role.DELEGATE}
    assert actor.organisation_ids == {organisation.id}


def test_an_address_is_found_however_it_is_typed(app):
    person = a_resident()
    assert queries.find_by_email(f"  {person.email.upper()} ").id == person.id
    assert queries.find_by_email("nobody@example.jp") is None


def test_somebody_who_is_not_there_is_not_found(app):
    assert queries.get_person(a_resident().public_id)
    with pytest.raises(NotFound):
        queries.get_person("nobody")


def fail(times, email, network):
    with transaction():
        for _ in range(times):
            commands.note_failed_log_in(email, network, by=visitor())


def test_guessing_at_one_account_has_to_wait_a_minute(app, clock):
    fail(MAX_TRIES_PER_MINUTE - 1, "a@example.jp", "192.0.2.1")
    assert queries.may_try_to_log_in("a@example.jp", "192.0.2.1")
    fail(1, "a@example.jp", "192.0.2.2")
    assert not queries.may_try_to_log_in("a@example.jp", "192.0.2.3"), "from any network"
    assert queries.may_try_to_log_in("b@example.jp", "192.0.2.1"), "others are not kept out"
    clock.advance(timedelta(minutes=1))
    assert queries.may_try_to_log_in("a@example.jp", "192.0.2.1")


def test_guessing_at_many_accounts_from_one_network_has_to_wait_an_hour(app, clock):
    for number in range(MAX_TRIES_PER_HOUR_FROM_NETWORK):
        fail(1, f"a{number}@example.jp", "192.0.2.1")
    assert not queries.may_try_to_log_in("new@example.jp", "192.0.2.1")
    assert queries.may_try_to_log_in("new@example.jp", "192.0.2.2")
    clock.advance(timedelta(hours=1))
    assert queries.may_try_to_log_in("new@example.jp", "192.0.2.1")


def test_devices_stand_with_the_latest_first_and_ended_ones_are_gone(app, clock):
    person = a_member_of_staff(Role.EDITOR)
    begin_session(person, "first")
    clock.advance(timedelta(hours=1))
    begin_session(person, "second")
    assert [row.token_hash for row in queries.list_sessions(person)] == ["second", "first"]
    clock.advance(timedelta(hours=11))
    assert [row.token_hash for row in queries.list_sessions(person)] == ["second"]


def test_the_organisations_one_may_act_for_today(app, clock):
    organisation = an_organisation("さくら坂町会")
    person = a_delegate(organisation)
    a_delegate(an_organisation("別の町会"))
    assert [found.name for found, _ in queries.list_organisations(person.id)] == ["さくら坂町会"]
    clock.advance(timedelta(days=400))
    assert queries.list_organisations(person.id) == []


def test_the_list_of_staff_has_each_once_with_all_roles_and_nobody_who_left(app, clock):
    a_resident("住民")
    both = a_member_of_staff(Role.EDITOR, Role.APPROVER, nickname="あお")
    left = a_member_of_staff(Role.EDITOR, nickname="いろ")
    change(left, erased_at=clock.moment)
    assert [(row.person.id, row.roles) for row in queries.list_staff()] == [
        (both.id, [Role.APPROVER, Role.EDITOR])
    ]


def test_who_acted_for_an_organisation_stays_on_record(app, clock):
    organisation, person = an_organisation(), a_resident()
    with transaction():
        commands.appoint_delegate(
            organisation,
            person.email,
            clock.moment.date(),
            clock.moment.date() + timedelta(days=1),
            by=system("tests"),
        )
    clock.advance(timedelta(days=30))
    assert [line.person.id for line in queries.list_delegates(organisation)] == [person.id]
    with pytest.raises(NotFound):
        queries.get_membership(organisation, "nobody")
