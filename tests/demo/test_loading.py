"""The fictional year, played into an empty database."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from participation.demo import loading, reading
from participation.foundation.db import db
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership, Person


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_everybody_has_an_account(app: Flask) -> None:
    loading.load("meguro")
    assert count(Person, Person.is_staff.is_(False)) == 120
    assert count(Person, Person.is_staff) == 22
    assert count(Person, Person.email_confirmed_at.is_(None)) == 0
    assert count(CommunityOrganisation, CommunityOrganisation.confirmed_at.is_not(None)) == 18
    assert count(Membership) == sum(bool(row["delegate"]) for row in reading.table("organisations"))
