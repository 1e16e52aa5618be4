"""Loading places adds and renames; it never deletes."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.places import commands, queries
from participation.places.models import ResidentialDistrict
from tests.support.people import a_member_of_staff, actor_of


def test_loading_twice_changes_nothing(app):
    before = [(d.id, d.name, d.area_id) for d in queries.list_districts()]
    with transaction():
        commands.load_places("meguro", by=system("tests"))
    assert [(d.id, d.name, d.area_id) for d in queries.list_districts()] == before


def test_loading_mends_a_name(app):
    with transaction():
        db.session.get_one(ResidentialDistrict, queries.list_districts()[0].id).name = "まちがい"
    with transaction():
        commands.load_places("meguro", by=system("tests"))
    assert "まちがい" not in {d.name for d in queries.list_districts()}


def test_only_administrators_load_places(app):
    actor = actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Denied), transaction():
        commands.load_places("meguro", by=actor)
