"""Residents, associations and staff of the demo."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from participation.demo import reading
from participation.foundation.db import db
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership, Person


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_everybody_has_an_account(demo_ward: Flask) -> None:
    assert count(Person, Person.is_staff.is_(False)) == 120
    assert count(Person, Person.is_staff) == 23
    assert count(Person, Person.email_confirmed_at.is_(None)) == 0
    assert count(CommunityOrganisation, CommunityOrganisation.confirmed_at.is_not(None)) == 18
    assert count(Membership) == sum(bool(row["delegate"]) for row in reading.table("organisations"))


def test_only_the_printed_accounts_have_a_password_that_anybody_knows(demo_ward: Flask) -> None:
    printed = {row["email"] for row in reading.table("accounts")}
    rows = db.session.execute(select(Person.email, Person.password_hash)).all()
    known = {password_hash for email, password_hash in rows if email in printed}
    unknown = {password_hash for email, password_hash in rows if email not in printed}
    assert printed <= {email for email, _ in rows}
    assert len(known) == 1
    assert not known & unknown
