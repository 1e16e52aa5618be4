"""The files of places are whole."""

from __future__ import annotations

import pytest

from participation.places.domain import read_areas, read_districts


def test_meguro_has_5_areas_and_22_districts():
    assert len(read_areas("meguro")) == 5
    assert len(read_districts("meguro")) == 22


def test_every_district_belongs_to_an_area_of_its_ward():
    areas = {area.code for area in read_areas("meguro")}
    assert {district.area_code for district in read_districts("meguro")} == areas


def test_what_no_source_confirms_says_so():
    assert not any(district.area_is_confirmed for district in read_districts("meguro"))


@pytest.mark.parametrize("ward", ["meguro", "setagaya"])
def test_codes_are_unique(ward):
    codes = [row.code for row in [*read_areas(ward), *read_districts(ward)]]
    assert len(codes) == len(set(codes))


def test_a_ward_without_files_has_no_places():
    assert read_areas("nerima") == []
