"""Receipts of what staff entered (受付の控え): which wait to be printed, and what was printed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.opinions.models import Submission
from participation.opinions.queries.own import OwnSubmission, list_receipts
from participation.opinions.queries.register import taken_in_by

#: A printing is a page of so many sheets.
SHEETS_AT_ONCE = 25
PRINTINGS_SHOWN = 30


@dataclass(frozen=True)
class Printing:
    """Receipts that were printed together."""

    at: datetime
    count: int


def _entered(consultation_id: int, area_id: int | None) -> tuple[Any, ...]:
    """What came on paper, by telephone or by mouth and was not taken back; to one 地区's office, or to any."""
    return (
        Submission.consultation_id == consultation_id,
        Submission.entered_by_id.is_not(None),
        Submission.withdrawn_at.is_(None),
        *taken_in_by(area_id),
    )


def count_to_print(consultation_id: int, *, area_id: int | None = None) -> int:
    """Return how many entered submissions have no printed receipt yet."""
    waits = (*_entered(consultation_id, area_id), Submission.receipt_printed_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(Submission).where(*waits)) or 0


def list_to_print(consultation_id: int, *, area_id: int | None = None) -> Sequence[Submission]:
    """Return the next ones to be printed, in the order of entry, held for the one who prints them."""
    return db.session.scalars(
        select(Submission)
        .where(*_entered(consultation_id, area_id), Submission.receipt_printed_at.is_(None))
        .order_by(Submission.id)
        .limit(SHEETS_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()


def list_printings(consultation_id: int, *, area_id: int | None = None) -> list[Printing]:
    """Return what was printed together, the latest first."""
    rows: Any = db.session.execute(
        select(Submission.receipt_printed_at, func.count())
        .where(*_entered(consultation_id, area_id), Submission.receipt_printed_at.is_not(None))
        .group_by(Submission.receipt_printed_at)
        .order_by(Submission.receipt_printed_at.desc())
        .limit(PRINTINGS_SHOWN)
    )
    return [Printing(*row) for row in rows]


def list_printed(consultation_id: int, moment: str, *, area_id: int | None = None) -> list[OwnSubmission]:
    """Return the receipts that were printed at a moment; raises NotFound."""
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError as error:
        raise NotFound from error
    if at.tzinfo is None:
        raise NotFound
    found = db.session.scalars(
        select(Submission)
        .where(*_entered(consultation_id, area_id), Submission.receipt_printed_at == at)
        .order_by(Submission.id)
    ).all()
    if not found:
        raise NotFound
    return list_receipts(found)
