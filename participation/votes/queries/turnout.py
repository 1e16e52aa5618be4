"""How many voted in a closed vote, by area and by age band."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.people.domain import AGE_BAND_NAMES, AgeBand
from participation.places.models import Area
from participation.votes.domain import BY_IDENTIFIER
from participation.votes.domain.turnout import Cell, broken_down
from participation.votes.models import Participation, Vote
from participation.votes.queries.finding import count_electors, is_told

UNKNOWN = "届けていない人"


@dataclass(frozen=True)
class Turnout:
    """How many voted (投票した人), beside how many could where a list says so."""

    voters: int
    electors: int | None
    areas: tuple[Cell, ...]
    ages: tuple[Cell, ...]


def turnout_of(vote: Vote) -> Turnout | None:
    """Return the turnout of a closed vote on this site; None before the closing."""
    if not is_told(vote):
        return None
    areas: dict[str, int] = {}
    ages = {**dict.fromkeys(AGE_BAND_NAMES.values(), 0), UNKNOWN: 0}
    for area, band, count in _by_area_and_age(vote):
        areas[area or UNKNOWN] = areas.get(area or UNKNOWN, 0) + count
        ages[UNKNOWN if band is None else AGE_BAND_NAMES[band]] += count
    areas[UNKNOWN] = areas.pop(UNKNOWN, 0)  # At the end, whoever came first.
    voters = sum(areas.values())
    return Turnout(
        voters=voters,
        electors=count_electors(vote) if vote.audience in BY_IDENTIFIER else None,
        areas=broken_down(areas) if areas[UNKNOWN] < voters else (),
        ages=broken_down(ages) if ages[UNKNOWN] < voters else (),
    )


def _by_area_and_age(vote: Vote) -> list[tuple[str | None, AgeBand | None, int]]:
    """Return how many voted by area and age band; an area of which nobody voted comes with 0."""
    counts = (
        select(Participation.area_id, Participation.age_band, func.count().label("count"))
        .where(Participation.vote_id == vote.id)
        .group_by(Participation.area_id, Participation.age_band)
        .subquery()
    )
    rows = db.session.execute(
        select(Area.name, counts.c.age_band, func.coalesce(counts.c.count, 0))
        .outerjoin(counts, counts.c.area_id == Area.id, full=True)
        .order_by(Area.position)
    )
    return [(name, band, count) for name, band, count in rows]
