"""Registering and confirming organisations."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.organisations import commands, queries
from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import OrganisationKind
from tests.support.people import a_member_of_staff, a_resident, actor_of

DRAFT = OrganisationDraft("さくら坂町会", OrganisationKind.NEIGHBOURHOOD_ASSOCIATION)


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
