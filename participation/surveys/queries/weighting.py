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
from participation.surveys.domain.matching import Match, attributes_of, guess_variable
from participation.surveys.domain.variables import Variable
from participation.surveys.domain.weighting import Parameters
from participation.surveys.models import Response, ResponseWeight, Survey, WeightingRun
from participation.surveys.queries.crosstabs import list_groups

#: Runs listed on the page of weightings.
MOST_RUNS = 20


def guess_questions(margins: Sequence[Margin], variables: Sequence[Variable]) -> dict[str, Variable]:
    """Return which question each attribute of these margins seems to be."""
    found = {name: guess_variable(name, margins, variables) for name in attributes_of(margins)}
    return {name: variable for name, variable in found.items() if variable is not None}


def variables_of(matches: Sequence[Match]) -> list[Variable]:
    """Return the questions that these matches need, each once."""
    return list({variable.key: variable for match in matches for variable in match.variables}.values())


def categories_of(matches: Sequence[Match], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the category of each margin into which somebody with these answers falls; "" where there is none."""
    return tuple(
        match.cells.get(tuple(answers.get(variable.key, "") for variable in match.variables), "")
        for match in matches
    )


def count_people(survey: Survey, matches: Sequence[Match]) -> dict[tuple[str, ...], int]:
    """Return how many answered with each combination of the margins' categories; "" where there is none."""
    variables = variables_of(matches)
    people: dict[tuple[str, ...], int] = {}
    for group in list_groups(survey, variables):
        key = categories_of(matches, answers_at(variables, group.places))
        people[key] = people.get(key, 0) + group.mass.n
    return people


def answers_at(variables: Sequence[Variable], places: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Return the answer of each question, where there is one."""
    return {each.key: place[0] for each, place in zip(variables, places, strict=True) if place}


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
            run.variables,
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
