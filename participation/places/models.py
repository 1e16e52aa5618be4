"""Areas and residential districts of the ward."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base


class Area(Base):
    """A part of the ward (目黒区の地区, 世田谷区の地域)."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]


class ResidentialDistrict(Base):
    """A residential district (住区), about the catchment of a primary school; belongs to one area."""

    __tablename__ = "residential_districts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    position: Mapped[int]
    #: Whether a published source says that the district belongs to the area.
    area_is_confirmed: Mapped[bool]
