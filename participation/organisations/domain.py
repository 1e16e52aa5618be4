"""Kinds of organisations."""

from __future__ import annotations

from enum import StrEnum


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
