"""How many voted in a closed vote, by area and by age band."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.people.domain import AGE_BAND_NAMES
from participation.places.models import Area
from participation.votes.domain import BY_IDENTIFIER
from participation.votes.domain.marking import in_lines
from participation.votes.domain.turnout import Cell, broken_down
from participation.votes.models import Participation, Vote
from participation.votes.queries.finding import count_electors, is_told, paper_for

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
    by_area = dict(_by(vote, Participation.area_id))
    by_age = dict(_by(vote, Participation.age_band))
    areas = {
        area.name: by_area.get(area.id, 0)
        for area in db.session.scalars(select(Area).order_by(Area.position))
    }
    areas[UNKNOWN] = by_area.get(None, 0)
    ages = {name: by_age.get(band, 0) for band, name in AGE_BAND_NAMES.items()}
    ages[UNKNOWN] = by_age.get(None, 0)
    voters = sum(by_area.values())
    return Turnout(
        voters=voters,
        electors=count_electors(vote) if vote.audience in BY_IDENTIFIER else None,
        areas=broken_down(areas) if areas[UNKNOWN] < voters else (),
        ages=broken_down(ages) if ages[UNKNOWN] < voters else (),
    )


def lines_of(vote: Vote, content: str) -> list[str]:
    """Return what a ballot says, line by line."""
    return in_lines(paper_for(vote), content)


def _by(vote: Vote, column: object) -> list[tuple[object, int]]:
    rows = db.session.execute(
        select(column, func.count())  # type: ignore[call-overload]
        .where(Participation.vote_id == vote.id)
        .group_by(column)
    )
    return [(value, count) for value, count in rows]
