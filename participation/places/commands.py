"""Loading the ward's places."""

from __future__ import annotations

from pathlib import Path

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import db
from participation.places import queries
from participation.places.domain import read_areas, read_districts
from participation.places.models import Area, ResidentialDistrict


def load_places(ward: str, *, own: Path | None = None, by: Actor) -> None:
    """Load the ward's areas and residential districts, keyed by code: adds and renames, never deletes.

    own: the folder of the files that the ward brought itself; they stand in place of those of the ward pack.
    """
    access.require(by, "places.load")
    areas = {area.code: area for area in queries.list_areas()}
    for position, line in enumerate(read_areas(ward, own)):
        area = areas.get(line.code) or Area(code=line.code, name=line.name, position=position)
        area.name, area.position = line.name, position
        areas[line.code] = area
        db.session.add(area)
    db.session.flush()  # Districts point to their areas by id.
    districts = {district.code: district for district in queries.list_districts()}
    for position, row in enumerate(read_districts(ward, own)):
        district = districts.get(row.code) or ResidentialDistrict(code=row.code)
        district.name, district.position = row.name, position
        district.area_id = areas[row.area_code].id
        district.area_is_confirmed = row.area_is_confirmed
        db.session.add(district)
    audit.record(by, "places.load", "areas", {"ward": ward})
