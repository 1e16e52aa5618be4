"""Points that an opinion may belong to: at the same place, or alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import Opinion
from participation.replies.domain import (
    bigrams,
    likeness_to_point,
    likeness_word,
)
from participation.replies.models import (
    Point,
    PointOpinion,
)

CANDIDATES = 8


#: What being about the same place in the plan is worth, beside likeness of words.
SAME_PLACE = 0.1


POINTS_COMPARED = 300


MEMBERS_COMPARED = 900


@dataclass(frozen=True)
class Candidate:
    """A point into which an opinion might belong."""

    public_id: str
    number: int
    title: str
    opinion_count: int
    likeness: str
    value: float
    is_same_place: bool


def candidates_for(opinion: Opinion, said: Contribution) -> list[Candidate]:
    """Return the points of the opinion's consultation that are most like it, most alike first.

    Computed on demand, on at most POINTS_COMPARED points and MEMBERS_COMPARED of their opinions. Two queries.
    """
    member_count = (
        select(func.count())
        .select_from(PointOpinion)
        .where(PointOpinion.point_id == Point.id)
        .correlate(Point)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Point, member_count)
        .where(Point.consultation_id == opinion.consultation_id, Point.merged_into_id.is_(None))
        .order_by(Point.id.desc())
        .limit(POINTS_COMPARED)
    ).all()
    if not found:
        return []
    points = [point for point, _ in found]
    counts = {point.id: count for point, count in found}
    heads = {point.id: [bigrams(f"{point.title} {point.summary}")] for point in points}
    members = db.session.execute(
        select(PointOpinion.point_id, func.substr(Contribution.body, 1, 400))
        .join(Opinion, Opinion.id == PointOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(PointOpinion.point_id.in_(list(heads)), PointOpinion.opinion_id != opinion.id)
        .order_by(PointOpinion.id.desc())
        .limit(MEMBERS_COMPARED)
    )
    for point_id, body in members:
        heads[point_id].append(bigrams(body))
    own = bigrams(said.body)
    ranked = sorted(
        points,
        key=lambda p: (
            likeness_to_point(own, heads[p.id]) + (SAME_PLACE if p.subject_id == said.subject_id else 0),
            -p.number,
        ),
        reverse=True,
    )[:CANDIDATES]
    return [
        Candidate(
            public_id=point.public_id,
            number=point.number,
            title=point.title,
            opinion_count=counts[point.id],
            likeness=likeness_word(value := likeness_to_point(own, heads[point.id])),
            value=value,
            is_same_place=point.subject_id == said.subject_id,
        )
        for point in ranked
    ]


def points_of_opinions(opinion_ids: Sequence[int]) -> dict[int, list[tuple[str, int, str]]]:
    """Return opinion → [(point's public id, number, title)]. One query."""
    found: dict[int, list[tuple[str, int, str]]] = {}
    for opinion_id, public_id, number, title in db.session.execute(
        select(PointOpinion.opinion_id, Point.public_id, Point.number, Point.title)
        .join(Point, Point.id == PointOpinion.point_id)
        .where(PointOpinion.opinion_id.in_(opinion_ids))
        .order_by(Point.number)
    ):
        found.setdefault(opinion_id, []).append((public_id, number, title))
    return found
