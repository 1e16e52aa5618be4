"""Weightings of a survey: how each came about, and the weights of the one that counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, json_column, public_id


class WeightingRun(Base):
    """One weighting (ウエイトの計算): margins, parameters and report; whoever runs it again gets the same weights."""

    __tablename__ = "survey_weighting_runs"
    __table_args__ = (Index("ix_survey_weighting_runs_survey", "survey_id", "is_current"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: Only one of a survey's runs is in use; its weights alone are kept.
    is_current: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The margins as they were: lines of variable, category, population, source, day.
    margins: Mapped[list[list[Any]]] = json_column()
    #: Which question each attribute is: {"年代": {"key": "q9", "categories": {"20代": "a2", "30代＋40代": ["a3", "a4"]}}}.
    matches: Mapped[dict[str, Any]] = json_column()
    #: Bounds, rounds, tolerance.
    parameters: Mapped[dict[str, Any]] = json_column()
    #: SHA-256 over the people by combination of categories: the same hash, the same answers.
    data_hash: Mapped[str] = mapped_column(String(64))
    rounds: Mapped[int]
    worst: Mapped[float]
    weighted: Mapped[int]
    left_out: Mapped[int]
    effective: Mapped[float]
    trimmed: Mapped[int]
    smallest: Mapped[float]
    largest: Mapped[float]
    #: [variable, category, n, population, before, after] of each category, shares of one.
    fits: Mapped[list[list[Any]]] = json_column()

    @property
    def variables(self) -> tuple[str, ...]:
        """The margins by name: 年代, 年代×地区."""
        return tuple(dict.fromkeys(str(row[0]) for row in self.margins))


class ResponseWeight(Base):
    """How much a response counts in a weighting (ウエイト); the mean is one."""

    __tablename__ = "survey_weights"
    __table_args__ = {"info": {"quiet": True}}  # noqa: RUF012 (SQLAlchemy's own form)

    run_id: Mapped[int] = mapped_column(ForeignKey("survey_weighting_runs.id"), primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_responses.id"), primary_key=True, index=True)
    weight: Mapped[float]


class ImportedFigures(Base):
    """Published figures of another ward's survey (ほかの区の公開データ), read in to be compared with."""

    __tablename__ = "survey_imported_figures"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: Who published it and what, in a line: ある区「区民意識調査」.
    source: Mapped[str] = mapped_column(String(200))
    #: The file as it was read in.
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
