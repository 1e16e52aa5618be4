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


class PostScope(StrEnum):
    """For whom somebody in a post decides (役職の範囲)."""

    SECTION = "section"
    DEPARTMENT = "department"
    WARD = "ward"


SCOPE_NAMES = {PostScope.SECTION: "課", PostScope.DEPARTMENT: "部", PostScope.WARD: "区の全体"}


@dataclass(frozen=True)
class PostRow:
    """One line of posts.csv."""

    code: str
    name: str
    scope: PostScope


def read_posts() -> list[PostRow]:
    """Return the posts that every ward's office has, lowest first."""
    with (SEED / "posts.csv").open(encoding="utf-8", newline="") as file:
        return [PostRow(row["code"], row["name"], PostScope(row["scope"])) for row in csv.DictReader(file)]
