"""Putting in a population: who may, what is kept, what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.places.queries import list_areas
from participation.reading import commands
from participation.reading.models import PopulationTable
from participation.reading.queries import coverage as queries

ANALYST = Actor(roles=frozenset({Role.ANALYST}))


def a_table(each=100):
    rows = [f"地区,{area.name},{each},架空の統計,2026-01-01" for area in list_areas()]
    return "variable,category,population,source,as_of\n" + "\n".join(rows)


def test_a_newer_table_takes_the_place_of_the_one_before_which_is_kept(app):
    with transaction():
        commands.set_population(a_table(), by=ANALYST)
        commands.set_population(a_table(200), by=ANALYST)
    names = [area.name for area in list_areas()]
    assert queries.find_population(names).by_place == dict.fromkeys(names, 200)
    assert [table.total for table, _ in queries.list_tables()] == [200 * len(names), 100 * len(names)]
    assert queries.find_population(["ほかの区の地区", "もう一つ"]) is None
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "reading.set_population")) == 2


def test_what_cannot_be_read_is_not_kept_and_nobody_else_may(app):
    with pytest.raises(Refused, match="2行目"), transaction():
        commands.set_population(
            "variable,category,population,source,as_of\n地区,北部地区,x,s,2026-01-01", by=ANALYST
        )
    with pytest.raises(Denied), transaction():
        commands.set_population(a_table(), by=Actor(roles=frozenset({Role.OFFICER})))
    assert db.session.scalar(select(func.count()).select_from(PopulationTable)) == 0
