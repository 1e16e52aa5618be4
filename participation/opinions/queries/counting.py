"""Counting opinions: 提出者, 提出, 意見, and texts that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from participation.consultations.domain import Tally
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import (
    Opinion,
    Submission,
)


def count_for_consultation(consultation_id: int) -> Tally:
    """Return people, organisations, submissions, opinions and distinct texts; withdrawn ones are not counted."""
    return count_for_consultations([consultation_id]).get(consultation_id, Tally())


def count_for_consultations(consultation_ids: Sequence[int]) -> dict[int, Tally]:
    """Return consultation → counts, in two queries."""
    per_submission = (
        counted()
        .add_columns(Opinion.consultation_id.label("group_id"))
        .where(Opinion.consultation_id.in_(consultation_ids))
        .group_by(Opinion.consultation_id, *submission_columns())
        .subquery()
    )
    distinct = dict(
        db.session.execute(
            select(Opinion.consultation_id, func.count(Opinion.text_key.distinct()))
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id.in_(consultation_ids),
                Contribution.visibility != Visibility.WITHDRAWN,
            )
            .group_by(Opinion.consultation_id)
        ).all()
    )
    return {
        row.group_id: replace(as_tally(row), distinct_texts=distinct[row.group_id])
        for row in db.session.execute(tally_of(per_submission))
    }


def as_tally(row: Any) -> Tally:
    """Return a row of `tally_of` as counts."""
    # PostgreSQL adds whole numbers up to a Decimal.
    return Tally(int(row.people), int(row.organisations), int(row.submissions), int(row.opinions))


def submission_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """Return what `counted` is grouped by, beside the group itself."""
    return (
        Submission.id,
        Submission.submitter_key,
        Submission.organisation_name,
        Submission.people_count,
    )


def counted() -> Any:
    """Return one row a submission: whose it is and how many of its opinions count."""
    return (
        select(
            Submission.submitter_key.label("submitter_key"),
            Submission.organisation_name.label("organisation_name"),
            Submission.people_count.label("people_count"),
            func.count().label("opinions"),
        )
        .select_from(Opinion)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.visibility != Visibility.WITHDRAWN)
    )


def tally_of(rows: Subquery) -> Select[Any]:
    """Return group id → people (a class that hands in together counts each child), organisations, submissions, opinions."""
    is_person = rows.c.organisation_name == ""
    key = rows.c.submitter_key
    return select(
        rows.c.group_id,
        (
            func.count(case((is_person, key)).distinct())
            + func.coalesce(func.sum(case((is_person, rows.c.people_count - 1))), 0)
        ).label("people"),
        func.count(case((~is_person, key)).distinct()).label("organisations"),
        func.count().label("submissions"),
        func.sum(rows.c.opinions).label("opinions"),
    ).group_by(rows.c.group_id)
