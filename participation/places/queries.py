"""Reading places."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from participation.foundation.db import db
from participation.places.models import Area, ResidentialDistrict


def list_areas() -> Sequence[Area]:
    """Return the areas in their order."""
    return db.session.scalars(select(Area).order_by(Area.position)).all()


def find_area(area_id: int) -> Area | None:
    """Return an area by its id."""
    return db.session.get(Area, area_id)


def list_districts() -> Sequence[ResidentialDistrict]:
    """Return the residential districts in their order."""
    return db.session.scalars(select(ResidentialDistrict).order_by(ResidentialDistrict.position)).all()
