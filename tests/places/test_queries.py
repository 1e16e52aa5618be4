"""Places come in the order of their files."""

from __future__ import annotations

from participation.places.domain import read_areas, read_districts
from participation.places.queries import list_areas, list_districts


def test_areas_and_districts_come_in_the_order_of_their_files(app):
    assert [area.name for area in list_areas()] == [row.name for row in read_areas("meguro")]
    assert [district.name for district in list_districts()] == [row.name for row in read_districts("meguro")]
