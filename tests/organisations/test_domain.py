"""The file of sections is whole, and every kind has its name."""

from __future__ import annotations

from participation.organisations.domain import KIND_NAMES, OrganisationKind, read_sections


def test_sections_have_unique_codes_and_departments():
    rows = read_sections("meguro")
    assert len({row.code for row in rows}) == len(rows) > 0
    assert all(row.name and row.department for row in rows)


def test_a_ward_without_a_file_has_no_sections():
    assert read_sections("nerima") == []


def test_every_kind_has_its_japanese():
    assert set(KIND_NAMES) == set(OrganisationKind)
