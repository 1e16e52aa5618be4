"""What the ward confirms of a person: by a number of the person's own, in one account, for two years."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.people import commands, queries
from participation.people.domain import Standing
from participation.people.models import PersonStanding
from tests.support.people import a_resident, actor_of, confirm

CLERK = Actor(roles=frozenset({Role.SCREENER}))
LIVES, WORKS = Standing.LIVES, Standing.WORKS


def number_of(person):
    with transaction():
        return commands.ask_for_confirmation(person, by=actor_of(person))


def confirm_with(number, *standings, ledger="A-1234", by=CLERK):
    with transaction():
        commands.confirm_standings(number, standings, ledger, by=by)


def test_what_was_confirmed_holds_for_two_years_and_says_nothing_of_the_papers(app, clock):
    person = confirm(a_resident(), LIVES, ledger="あ-1234")
    assert queries.confirmed_marks(person.id).keys() == {LIVES}
    stored = db.session.scalars(select(PersonStanding)).one()
    assert "1234" not in f"{stored.proof_hash}"
    changes = db.session.scalars(
        select(AuditEntry.changes).where(AuditEntry.action == "people.confirm_standing")
    ).one()
    assert changes == {"standings": ["lives"]}
    clock.advance(timedelta(days=730))
    assert queries.confirmed_marks(person.id).keys() == {LIVES}
    clock.advance(timedelta(days=1))
    assert queries.confirmed_marks(person.id) == {}
    assert [each.confirmed_until for each in queries.list_standings_shown(person)] == [None]


def test_a_number_works_once_only_the_newest_and_for_two_weeks(app, clock):
    person = a_resident()
    old, new = number_of(person), number_of(person)
    with pytest.raises(Refused, match="使えません"):
        confirm_with(old, LIVES)
    confirm_with(f" {new[:4]}-{new[4:].upper()} ", LIVES)
    with pytest.raises(Refused, match="使えません"):
        confirm_with(new, WORKS)
    late = number_of(person)
    clock.advance(timedelta(days=14))
    with pytest.raises(Refused, match="使えません"):
        confirm_with(late, WORKS)
    assert queries.confirmed_marks(person.id).keys() == {LIVES}


def test_one_person_is_confirmed_in_one_account(app):
    first, second = confirm(a_resident(), LIVES, ledger="A-1234"), a_resident()
    with pytest.raises(Refused, match="別のアカウント"):
        confirm(second, WORKS, ledger="ａ 1234")
    assert queries.confirmed_marks(second.id) == {}
    confirm(first, WORKS, ledger="A-1234")
    assert queries.confirmed_marks(first.id).keys() == {LIVES, WORKS}
    with transaction():
        commands.erase_own_account(first, by=actor_of(first))
    confirm(second, LIVES, ledger="A-1234")
    assert queries.confirmed_marks(second.id).keys() == {LIVES}


@pytest.mark.parametrize(
    ("standings", "ledger", "why"),
    [((), "A-1", "選んでください"), ((Standing.OTHER,), "A-1", "選んでください"), ((LIVES,), " - ", "番号")],
)
def test_what_papers_cannot_show_is_not_confirmed(app, standings, ledger, why):
    number = number_of(a_resident())
    with pytest.raises(Refused, match=why):
        confirm_with(number, *standings, ledger=ledger)


def test_a_confirmation_is_taken_back_and_goes_with_the_standing(app):
    person = confirm(a_resident(), LIVES, WORKS)
    with transaction():
        commands.take_back_confirmation(commands.ask_for_confirmation(person, by=actor_of(person)), by=CLERK)
    assert queries.confirmed_marks(person.id) == {}
    assert queries.list_standings(person) == [LIVES, WORKS], "what they say of themselves stays"


def test_neither_residents_nor_other_staff_confirm_and_nobody_asks_for_another(app):
    person, other = a_resident(), a_resident()
    number = number_of(person)
    for who in (
        actor_of(person),
        Actor(roles=frozenset({Role.EDITOR})),
        Actor(roles=frozenset({Role.AUDITOR})),
    ):
        with pytest.raises(Denied):
            confirm_with(number, LIVES, by=who)
    with pytest.raises(Denied), transaction():
        commands.ask_for_confirmation(person, by=actor_of(other))
