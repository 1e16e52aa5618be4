"""Kinds of organisations."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class OrganisationKind(StrEnum):
    """What kind of organisation it is (団体の種類)."""

    NEIGHBOURHOOD_ASSOCIATION = "neighbourhood_association"
    DISTRICT_COUNCIL = "district_council"
    NPO = "npo"
    COMPANY = "company"
    SCHOOL = "school"
    OTHER = "other"


KIND_NAMES = {
    OrganisationKind.NEIGHBOURHOOD_ASSOCIATION: "町会・自治会",
    OrganisationKind.DISTRICT_COUNCIL: "住区住民会議",
    OrganisationKind.NPO: "NPO・市民活動団体",
    OrganisationKind.COMPANY: "企業・事業者",
    OrganisationKind.SCHOOL: "学校",
    OrganisationKind.OTHER: "そのほかの団体",
}

SEED = Path(__file__).parent / "seed"


@dataclass(frozen=True)
class SectionRow:
    """One line of sections.csv."""

    code: str
    name: str
    department: str


def read_sections(ward: str) -> list[SectionRow]:
    """Return the sections of a ward in the order of its file."""
    path = SEED / ward / "sections.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [SectionRow(row["code"], row["name"], row["department"]) for row in csv.DictReader(file)]
