"""Builders of people: residents, delegates and staff, logged in where a test needs them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from itertools import count

from flask.testing import FlaskClient

from participation.access.actors import EVERY_RIGHT, Actor, Right, Role, system
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.text import fold
from participation.organisations.models import CommunityOrganisation, Section
from participation.people import commands, queries
from participation.people.domain import Standing
from participation.people.models import Membership, Person, StaffRole
from participation.web import identity

_numbers = count(1)


def _person(nickname: str, **columns: object) -> Person:
    number = next(_numbers)
    name = nickname or f"かもめ{number}"
    person = Person(
        email=f"person{number}@example.jp",
        email_confirmed_at=clock.now(),
        nickname=name,
        nickname_key=fold(name) + str(number),
        created_at=clock.now() - timedelta(days=60),
        **columns,
    )
    db.session.add(person)
    db.session.flush()
    return person


def a_resident(nickname: str = "") -> Person:
    """A resident whose account is two months old and whose address is confirmed."""
    with transaction():
        return _person(nickname)


def an_organisation(
    name: str = "さくら坂町会", kind: str = "neighbourhood_association"
) -> CommunityOrganisation:
    """A confirmed organisation."""
    with transaction():
        organisation = CommunityOrganisation(
            kind=kind, name=name, registered_at=clock.now(), confirmed_at=clock.now()
        )
        db.session.add(organisation)
        db.session.flush()
    return organisation


def a_delegate(
    organisation: CommunityOrganisation, nickname: str = "", rights: Collection[Right] = EVERY_RIGHT
) -> Person:
    """A resident who may act for the organisation this year, with these rights."""
    with transaction():
        person = _person(nickname)
        db.session.add(
            Membership(
                person_id=person.id,
                organisation_id=organisation.id,
                begins_on=clock.today() - timedelta(days=30),
                ends_on=clock.today() + timedelta(days=335),
                **{f"may_{right.value}": right in rights for right in Right},
            )
        )
    return person


def a_section(name: str = "広報課") -> Section:
    """A section of the ward's office."""
    with transaction():
        section = Section(code=f"s{next(_numbers)}", name=name)
        db.session.add(section)
        db.session.flush()
    return section


def a_member_of_staff(*roles: Role, section: Section | None = None, nickname: str = "") -> Person:
    """A member of staff with these roles."""
    with transaction():
        person = _person(nickname, is_staff=True, section_id=section.id if section else None)
        for role in roles:
            db.session.add(StaffRole(person_id=person.id, role=role))
    return person


def confirm(person: Person, *standings: Standing, ledger: str = "") -> Person:
    """Let the ward confirm standings of a person, at its counter."""
    clerk = Actor(roles=frozenset({Role.OFFICER}))
    with transaction():
        number = commands.ask_for_confirmation(person, by=actor_of(person))
        commands.confirm_standings(number, standings, ledger or f"台帳{next(_numbers)}", by=clerk)
    return person


def actor_of(person: Person) -> Actor:
    """The person as an actor."""
    return queries.account_of(person, clock.now()).as_actor()


def log_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Log the person in, in this browser; return the browser."""
    token, token_hash = identity.new_secret()
    with transaction():
        commands.log_in(db.session.get_one(Person, person.id), token_hash, "テスト", by=system("tests"))
    client.set_cookie("sid", token)
    return client
