"""Counting opinions, people and organisations of points: one way, for page, CSV and desk alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select

from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import Opinion, Submission
from participation.replies.models import PointOpinion
from participation.replies.queries.readiness import counts_as_said


@dataclass(frozen=True)
class Count:
    """How many opinions (件), people (人) and organisations (団体) are behind something."""

    opinions: int = 0
    people: int = 0
    organisations: int = 0

    def in_words(self) -> str:
        """Return 「14件（12人・1団体）」."""
        who = [f"{self.people:,}人"] if self.people else []
        who += [f"{self.organisations:,}団体"] if self.organisations else []
        return f"{self.opinions:,}件" + (f"（{'・'.join(who)}）" if who else "")


def count_of_points(point_ids: Sequence[int]) -> dict[int, Count]:
    """Return point → counts, in one query; withdrawn opinions do not count.

    Somebody who said it twice is one person; a class that handed in together is as many as it is.
    """
    if not point_ids:
        return {}
    return {
        row.point_id: Count(int(row.opinions), int(row.people), int(row.organisations))
        for row in db.session.execute(counts_by_point(point_ids))
    }


def counts_by_point(point_ids: Sequence[int] | Select[int]) -> Select[Any]:
    """Select point_id, opinions, people and organisations of points, given by their ids or by a question."""
    per_submission = (
        select(
            PointOpinion.point_id.label("point_id"),
            Submission.submitter_key.label("key"),
            Submission.organisation_name.label("organisation_name"),
            Submission.people_count.label("people_count"),
            func.count().label("opinions"),
        )
        .select_from(PointOpinion)
        .join(Opinion, Opinion.id == PointOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .where(PointOpinion.point_id.in_(point_ids), counts_as_said())
        .group_by(
            PointOpinion.point_id,
            Submission.id,
            Submission.submitter_key,
            Submission.organisation_name,
            Submission.people_count,
        )
        .subquery()
    )
    said = per_submission.c
    is_person = said.organisation_name == ""
    people = func.count(case((is_person, said.key)).distinct())
    return select(
        said.point_id,
        func.sum(said.opinions).label("opinions"),
        (people + func.coalesce(func.sum(case((is_person, said.people_count - 1))), 0)).label("people"),
        func.count(case((~is_person, said.key)).distinct()).label("organisations"),
    ).group_by(said.point_id)
