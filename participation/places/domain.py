"""The ward pack's files of places, as plain values."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SEED = Path(__file__).parent / "seed"


@dataclass(frozen=True)
class AreaRow:
    """One line of areas.csv."""

    code: str
    name: str


@dataclass(frozen=True)
class DistrictRow:
    """One line of residential_districts.csv."""

    code: str
    name: str
    area_code: str
    area_is_confirmed: bool


def read_areas(ward: str) -> list[AreaRow]:
    """Return the areas of a ward in the order of its file."""
    return [AreaRow(row["code"], row["name"]) for row in _rows(ward, "areas.csv")]


def read_districts(ward: str) -> list[DistrictRow]:
    """Return the residential districts of a ward in the order of its file."""
    return [
        DistrictRow(row["code"], row["name"], row["area_code"], row["area_is_confirmed"] == "yes")
        for row in _rows(ward, "residential_districts.csv")
    ]


def _rows(ward: str, name: str) -> list[dict[str, str]]:
    path = SEED / ward / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
