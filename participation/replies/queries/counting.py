"""Counting opinions, people and organisations of points: one way, for page, CSV and desk alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from participation.foundation.db import db
from participation.opinions.models import Opinion
from participation.opinions.queries.counting import tallied
from participation.replies.models import PointOpinion


@dataclass(frozen=True)
class Count:
    """How many opinions (件), people (人), organisations (団体) and distinct texts (文面の種類) are behind something."""

    opinions: int = 0
    people: int = 0
    organisations: int = 0
    distinct_texts: int = 0

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
        row.point_id: Count(
            int(row.opinions), int(row.people), int(row.organisations), int(row.distinct_texts)
        )
        for row in db.session.execute(counts_by_point(point_ids))
    }


def counts_by_point(point_ids: Sequence[int] | Select[int]) -> Select[Any]:
    """Select point_id and the counts of points, given by their ids or by a question: as `tallied` counts."""
    counts = tallied(
        PointOpinion.point_id,
        PointOpinion.point_id.in_(point_ids),
        through=(PointOpinion, PointOpinion.opinion_id == Opinion.id),
    ).subquery()
    return select(
        counts.c.group_id.label("point_id"), *(each for each in counts.c if each.name != "group_id")
    )
