"""Putting in how many people live in the ward."""

from __future__ import annotations

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.places.queries import list_areas
from participation.reading.domain.population import read_population
from participation.reading.models import PopulationTable
from participation.surveys.domain.margins import margins_as_rows, read_margins


def set_population(text: str, *, by: Actor) -> PopulationTable:
    """Keep a table of the population; from now on those who spoke are compared with it. Earlier ones are kept."""
    access.require(by, "reading.set_population")
    read = read_population(text, [area.name for area in list_areas()])
    if read.population is None:
        first = read.errors[0]
        raise Refused(f"{first.line}行目：{first.words}", field="table")
    table = PopulationTable(
        lines=[list(row) for row in margins_as_rows(read_margins(text).margins)],
        source=read.population.source,
        as_of=read.population.as_of,
        total=read.population.total,
        added_at=clock.now(),
        added_by_id=by.person_id,
    )
    db.session.add(table)
    db.session.flush()
    audit.record(
        by, "reading.set_population", table, {"total": table.total, "as_of": table.as_of.isoformat()}
    )
    return table
