"""Registering and confirming organisations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Actor, Right, Role, system
from participation.audit.models import AuditEntry
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations import commands, queries
from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import OrganisationState, StepKind
from tests.support.people import a_member_of_staff, a_resident, actor_of

DRAFT = OrganisationDraft("さくら坂町会", "neighbourhood_association")


def test_a_registered_organisation_is_not_yet_confirmed(app):
    officer = actor_of(a_member_of_staff(Role.OFFICER))
    with transaction():
        organisation = commands.register_organisation(DRAFT, by=officer)
    assert organisation.confirmed_at is None
    assert queries.list_confirmed() == []
    with transaction():
        commands.confirm_organisation(queries.get_organisation(organisation.public_id), by=officer)
    assert [each.name for each in queries.list_confirmed()] == ["さくら坂町会"]


def test_two_organisations_cannot_have_one_name(app):
    with transaction():
        commands.register_organisation(DRAFT, by=system("tests"))
    with pytest.raises(Refused, match="同じ名前"), transaction():
        commands.register_organisation(DRAFT, by=system("tests"))


def test_residents_cannot_register_organisations(app):
    actor = actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.register_organisation(DRAFT, by=actor)


def test_registering_is_recorded(app):
    with transaction():
        organisation = commands.register_organisation(DRAFT, by=system("tests"))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organisations.register")).one()
    assert (entry.target_type, entry.target_id) == ("community_organisations", organisation.id)


def test_loading_sections_twice_changes_nothing(app):
    before = [(s.id, s.name) for s in queries.list_sections()]
    with transaction():
        commands.load_sections("meguro", by=system("tests"))
    assert [(s.id, s.name) for s in queries.list_sections()] == before


def test_loading_posts_twice_changes_nothing_and_they_stand_from_low_to_high(app):
    before = [(post.id, post.name) for post in queries.list_posts()]
    with transaction():
        commands.load_posts(by=system("tests"))
    assert [(post.id, post.name) for post in queries.list_posts()] == before
    assert [name for _, name in before] == ["係長", "課長", "部長", "副区長"]


@pytest.fixture
def waiting(app):
    with transaction():
        return commands.register_organisation(DRAFT, by=system("tests"))


def state(organisation):
    return queries.get_organisation(organisation.public_id).state_on(clock.today())


def test_a_confirmation_runs_out_and_is_renewed(waiting, clock):
    with transaction():
        commands.confirm_organisation(waiting, clock.moment.date() + timedelta(days=10), by=system("tests"))
    clock.advance(timedelta(days=10))
    assert state(waiting) is OrganisationState.EXPIRED
    assert queries.list_confirmed() == []
    with transaction():
        commands.confirm_organisation(waiting, note="規約は前と同じ", by=system("tests"))
    assert state(waiting) is OrganisationState.CONFIRMED
    assert [step.kind for step in queries.registration_of(waiting)[1]] == [
        StepKind.REGISTERED,
        StepKind.CONFIRMED,
        StepKind.RENEWED,
    ]


def test_staff_ask_for_corrections_only_before_they_confirm(waiting):
    with transaction():
        commands.return_organisation(waiting, "規約の日付がありません。", by=system("tests"))
    assert state(waiting) is OrganisationState.RETURNED
    with transaction():
        commands.change_organisation(waiting, DRAFT, waiting.version, by=system("tests"))
    assert state(waiting) is OrganisationState.WAITING
    with transaction():
        commands.confirm_organisation(waiting, by=system("tests"))
    with pytest.raises(Conflict), transaction():
        commands.return_organisation(waiting, "やはり", by=system("tests"))


def test_an_ended_registration_is_neither_confirmed_nor_ended_again(waiting):
    with transaction():
        commands.withdraw_organisation(waiting, "解散したため", by=system("tests"))
    assert state(waiting) is OrganisationState.WITHDRAWN
    for again in (
        lambda: commands.withdraw_organisation(waiting, "もう一度", by=system("tests")),
        lambda: commands.confirm_organisation(waiting, by=system("tests")),
    ):
        with pytest.raises(Conflict), transaction():
            again()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "club"}, "kind"), ({"website": "javascript:alert(1)"}, "website")],
)
def test_what_is_no_kind_and_no_address_is_refused_at_its_field(app, changes, field):
    with pytest.raises(Refused) as refusal, transaction():
        commands.register_organisation(replace(DRAFT, **changes), by=system("tests"))
    assert refusal.value.field == field


@pytest.mark.parametrize("until", [date(2026, 11, 22), date(2020, 1, 1)])
def test_a_confirmation_ends_in_the_future(waiting, clock, until):
    with pytest.raises(Refused) as refusal, transaction():
        commands.confirm_organisation(waiting, until, by=system("tests"))
    assert refusal.value.field == "until"


def test_how_many_it_speaks_for_is_kept_with_the_day_it_was_said(app, clock):
    with transaction():
        made = commands.register_organisation(replace(DRAFT, represented_count=1250), by=system("tests"))
    assert queries.represented(made) == "1,250世帯（令和8年11月22日（日）、団体の申し出）"
    clock.advance(timedelta(days=30))
    with transaction():
        same = replace(DRAFT, represented_count=1250, represented_on=made.represented_on)
        commands.change_organisation(made, same, made.version, by=system("tests"))
    assert "11月22日" in queries.represented(made)


def test_who_represents_it_is_sealed_and_an_empty_field_leaves_it_as_it_was(app):
    person = replace(DRAFT, representative="ひばり野 みのる", contact="03-0000-0000")
    with transaction():
        made = commands.register_organisation(person, by=system("tests"))
    assert "ひばり野".encode() not in made.sealed_contact
    with transaction():
        commands.change_organisation(made, DRAFT, made.version, by=system("tests"))
    assert queries.contact_of(made).representative == "ひばり野 みのる"


def test_a_delegate_changes_neither_name_nor_kind_once_they_are_confirmed(waiting):
    manager = Actor(
        frozenset({Role.RESIDENT, Role.DELEGATE}), 7, delegations=frozenset({(waiting.id, Right.MANAGE)})
    )
    other = replace(DRAFT, name="さくら坂連合会")
    with transaction():
        commands.change_organisation(waiting, other, waiting.version, by=manager)
        commands.confirm_organisation(waiting, by=system("tests"))
    with pytest.raises(Refused) as refusal, transaction():
        commands.change_organisation(waiting, DRAFT, waiting.version, by=manager)
    assert refusal.value.field == "name"
    with pytest.raises(Conflict), transaction():
        commands.change_organisation(waiting, other, waiting.version - 1, by=manager)
