"""The files of places are whole."""

from __future__ import annotations

import pytest

from participation.places.domain import (
    FindingKind,
    TownRule,
    find_place,
    read_areas,
    read_districts,
    read_place,
    read_town_rules,
)


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


# ── Finding a 住区 ──────────────────────────────────────────────────────────────────────────


def rule(town, chome=None, blocks=(), district="", areas=()):
    return TownRule(town, chome, tuple(blocks), district, tuple(areas), True, "試験")


RULES = [
    rule("坂下", 1, [(1, 12), (20, 20)], "komaba"),
    rule("坂下", 1, [(13, 19)], "sugekari"),
    rule("坂下", 2, district="komaba"),
    rule("坂下", 3, areas=("north", "east")),
    rule("緑が丘", district="nakane"),
]


@pytest.mark.parametrize(
    ("typed", "block", "expected"),
    [
        ("坂下一丁目12番3号", "", (FindingKind.DISTRICT, "komaba")),
        ("坂下１−１３−２", "", (FindingKind.DISTRICT, "sugekari")),
        ("東京都目黒区坂下1丁目", "20番", (FindingKind.DISTRICT, "komaba")),
        ("坂下 一丁目", "２１", (FindingKind.UNKNOWN, "")),
        ("坂下一丁目", "", (FindingKind.NEEDS_BLOCK, "")),
        ("坂下", "5", (FindingKind.NEEDS_CHOME, "")),
        ("坂下2", "", (FindingKind.DISTRICT, "komaba")),
        ("坂下三丁目5番", "", (FindingKind.DIVIDED, "")),
        ("坂下十二丁目", "", (FindingKind.UNKNOWN, "")),
        ("緑が丘", "", (FindingKind.DISTRICT, "nakane")),
        ("どこか", "1", (FindingKind.UNKNOWN, "")),
        ("坂下<b>", "", (FindingKind.UNKNOWN, "")),
    ],
)
def test_a_place_is_found_by_the_rules_or_what_is_missing_is_said(typed, block, expected):
    place = read_place(typed, block)
    assert place is not None
    found = find_place(RULES, place)
    assert (found.kind, found.district_code) == expected


def test_nothing_typed_is_no_place():
    assert read_place("") is None
    assert read_place("12") is not None


@pytest.mark.parametrize("ward", ["meguro", "setagaya", "nerima"])
def test_the_ward_s_own_rules_name_only_places_that_it_has_and_never_guess(ward):
    districts = {row.code for row in read_districts(ward)}
    areas = {row.code for row in read_areas(ward)}
    for each in read_town_rules(ward):
        assert not each.district_code or each.district_code in districts
        assert set(each.area_codes) <= areas
        assert each.source
        assert each.district_code or each.area_codes


def test_a_chome_that_is_divided_between_two_areas_is_not_given_to_a_district():
    found = find_place(read_town_rules("meguro"), read_place("上目黒二丁目12番3号"))
    assert (found.kind, found.district_code, found.area_codes) == (
        FindingKind.DIVIDED,
        "",
        ("north", "east"),
    )
    assert not found.is_confirmed
