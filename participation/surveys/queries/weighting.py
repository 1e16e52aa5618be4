"""Weightings of a survey: what may be weighted by, the one in use, those before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.people.models import Person
from participation.surveys.domain.margins import Margin
from participation.surveys.domain.variables import Variable
from participation.surveys.domain.weighting import Parameters
from participation.surveys.models import Response, ResponseWeight, Survey, WeightingRun
from participation.surveys.queries.crosstabs import list_groups

#: Runs listed on the page of weightings.
MOST_RUNS = 20


@dataclass(frozen=True)
class Match:
    """A margin and the question (or attribute) that it is the population of, category by category."""

    margin: Margin
    variable: Variable
    #: The margin's category → the question's category code.
    codes: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Categories with people in them that no answer stands for."""
        return tuple(
            category
            for category, population in self.margin.populations.items()
            if population and category not in self.codes
        )


def match_margin(margin: Margin, variable: Variable) -> Match:
    """Return which answer stands for which category of a margin: the one with the same label or code."""
    labels = {_plain(category.label): category.code for category in variable.axis.categories}
    codes = {_plain(category.code): category.code for category in variable.axis.categories}
    found = {}
    for category in margin.populations:
        code = labels.get(_plain(category), codes.get(_plain(category)))
        if code is not None:
            found[category] = code
    return Match(margin, variable, found)


def guess_variable(margin: Margin, variables: Sequence[Variable]) -> Variable | None:
    """Return the variable whose answers name the categories of a margin, the one with most of them."""
    fitting = [variable for variable in variables if not variable.axis.several]
    best = max(fitting, key=lambda each: len(match_margin(margin, each).codes), default=None)
    return best if best is not None and match_margin(margin, best).codes else None


def _plain(label: str) -> str:
    return label.strip().replace("～", "〜").replace("~", "〜").replace(" ", "").replace("　", "").casefold()


def count_people(survey: Survey, matches: Sequence[Match]) -> dict[tuple[str, ...], int]:
    """Return how many answered with each combination of the margins' categories; "" where there is none."""
    names = [{code: category for category, code in match.codes.items()} for match in matches]
    people: dict[tuple[str, ...], int] = {}
    for group in list_groups(survey, [match.variable for match in matches]):
        key = tuple(
            name.get(places[0], "") if places else ""
            for places, name in zip(group.places, names, strict=True)
        )
        people[key] = people.get(key, 0) + group.mass.n
    return people


def hash_of(people: Mapping[tuple[str, ...], int]) -> str:
    """Return the fingerprint of people by combination."""
    text = json.dumps([[*key, count] for key, count in sorted(people.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find_current_run(survey: Survey) -> WeightingRun | None:
    """Return the weighting in use, or None."""
    return db.session.scalars(
        select(WeightingRun)
        .where(WeightingRun.survey_id == survey.id, WeightingRun.is_current)
        .order_by(WeightingRun.id.desc())
        .limit(1)
    ).one_or_none()


def get_run(survey: Survey, public_id: str) -> WeightingRun:
    """Return a weighting of this survey; raises NotFound."""
    run = db.session.scalars(
        select(WeightingRun).where(WeightingRun.survey_id == survey.id, WeightingRun.public_id == public_id)
    ).one_or_none()
    if run is None:
        raise NotFound
    return run


@dataclass(frozen=True)
class RunRow:
    """A weighting in the list of weightings."""

    public_id: str
    made_at: datetime
    by: str
    variables: tuple[str, ...]
    weighted: int
    effective: float
    is_current: bool


def list_runs(survey: Survey) -> list[RunRow]:
    """Return the weightings of a survey, the newest first."""
    rows = db.session.execute(
        select(WeightingRun, Person.nickname)
        .outerjoin(Person, Person.id == WeightingRun.made_by_id)
        .where(WeightingRun.survey_id == survey.id)
        .order_by(WeightingRun.id.desc())
        .limit(MOST_RUNS)
    )
    return [
        RunRow(
            run.public_id,
            run.made_at,
            name or "システム",
            tuple(run.matches),
            run.weighted,
            run.effective,
            run.is_current,
        )
        for run, name in rows
    ]


def count_unweighted(survey: Survey, run: WeightingRun) -> int:
    """Return how many responses have no weight in this run: left out, or answered since."""
    everybody = select(func.count()).where(Response.survey_id == survey.id).scalar_subquery()
    weighted = select(func.count()).where(ResponseWeight.run_id == run.id).scalar_subquery()
    return db.session.scalar(select(everybody - weighted)) or 0


def margins_of(run: WeightingRun) -> list[Margin]:
    """Return the margins that a run was made with."""
    found: dict[str, Margin] = {}
    for variable, category, population, source, as_of in run.margins:
        before = found.get(variable)
        populations = {**(before.populations if before else {}), category: population}
        found[variable] = Margin(variable, populations, source, date.fromisoformat(as_of))
    return list(found.values())


def parameters_of(run: WeightingRun) -> Parameters:
    """Return the parameters that a run was made with."""
    return Parameters(**run.parameters)
