"""Tables of how many people live in the ward, as staff put them in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, json_column, public_id


class PopulationTable(Base):
    """A table of the population (人口の表): the latest is what those who spoke are compared with; none is changed."""

    __tablename__ = "population_tables"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: Lines of variable, category, population, source, day: the file as it was read.
    lines: Mapped[list[list[Any]]] = json_column()
    source: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    total: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
