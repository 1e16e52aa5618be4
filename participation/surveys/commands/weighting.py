"""Weighting a survey to published margins (ウエイトの計算)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple
from typing import Any

from sqlalchemy import delete, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.surveys import queries
from participation.surveys.domain.margins import margins_as_rows
from participation.surveys.domain.matching import Match, disagreement
from participation.surveys.domain.weighting import CannotWeight, Parameters, Raked, rake
from participation.surveys.events import SurveyWeighted
from participation.surveys.models import ResponseWeight, Survey, WeightingRun

_BATCH = 2_000


def weight_survey(
    survey: Survey, matches: Sequence[Match], parameters: Parameters | None = None, *, by: Actor
) -> WeightingRun:
    """Compute weights, keep how they came about, and put them in place of the ones before."""
    access.require(by, "surveys.weight", survey)
    how = parameters or Parameters()
    _refuse_unmatched(matches)
    people = queries.count_people(survey, matches)
    try:
        raked = rake(people, [match.margin for match in matches], how)
    except CannotWeight as reason:
        raise Refused(str(reason)) from reason
    _forget_weights(survey)
    run = WeightingRun(
        survey_id=survey.id,
        is_current=True,
        made_at=clock.now(),
        made_by_id=by.person_id,
        margins=[list(row) for row in margins_as_rows([match.margin for match in matches])],
        matches=_stored(matches),
        parameters=asdict(how),
        data_hash=queries.hash_of(people),
        rounds=raked.rounds,
        worst=raked.worst,
        weighted=raked.weighted,
        left_out=raked.left_out,
        effective=raked.effective,
        trimmed=raked.trimmed,
        smallest=raked.smallest,
        largest=raked.largest,
        fits=[list(astuple(fit)) for fit in raked.fits],
    )
    db.session.add(run)
    db.session.flush()
    _keep_weights(survey, run, matches, raked)
    audit.record(
        by, "surveys.weight", survey, changes={"run": run.public_id, "effective": round(raked.effective)}
    )
    events.publish(SurveyWeighted(survey.id, run.id))
    return run


def drop_weights(survey: Survey, *, by: Actor) -> None:
    """Use no weights any more; how they came about stays recorded."""
    access.require(by, "surveys.weight", survey)
    _forget_weights(survey)
    audit.record(by, "surveys.weight", survey, changes={"run": None})
    events.publish(SurveyWeighted(survey.id, None))


def _stored(matches: Sequence[Match]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for match in matches:
        for name, variable, codes in zip(match.margin.attributes, match.variables, match.codes, strict=True):
            own = found.setdefault(name, {"key": variable.key, "categories": {}})
            for label, answers in codes.items():
                own["categories"][label] = answers[0] if len(answers) == 1 else list(answers)
    return found


def _refuse_unmatched(matches: Sequence[Match]) -> None:
    names: dict[str, str] = {}
    for match in matches:
        for name, variable in zip(match.margin.attributes, match.variables, strict=True):
            if names.setdefault(variable.key, name) != name:
                raise Refused("同じ設問を2つの項目に使っています。項目ごとに別の設問を選んでください。")
            if variable.axis.several:
                raise Refused(f"「{variable.title}」は、いくつでも選べる設問のため、重みづけに使えません。")
    for match in matches:
        if match.faults:
            raise Refused(match.faults[0].words)
    if words := disagreement(matches):
        raise Refused(words)


def _forget_weights(survey: Survey) -> None:
    runs = select(WeightingRun.id).where(WeightingRun.survey_id == survey.id)
    db.session.execute(delete(ResponseWeight).where(ResponseWeight.run_id.in_(runs)))
    db.session.execute(
        update(WeightingRun)
        .where(WeightingRun.survey_id == survey.id, WeightingRun.is_current)
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )


def _keep_weights(survey: Survey, run: WeightingRun, matches: Sequence[Match], raked: Raked) -> None:
    batch: list[dict[str, float]] = []
    for response_id, weight in _weights(survey, matches, raked):
        batch.append({"run_id": run.id, "response_id": response_id, "weight": weight})
        if len(batch) == _BATCH:
            db.session.execute(insert(ResponseWeight), batch)
            batch = []
    if batch:
        db.session.execute(insert(ResponseWeight), batch)


def _weights(survey: Survey, matches: Sequence[Match], raked: Raked) -> Iterator[tuple[int, float]]:
    variables = queries.variables_of(matches)
    for response_id, places in queries.list_places(survey, variables):
        key = queries.categories_of(matches, queries.answers_at(variables, places))
        weight = raked.weights.get(key)
        if weight is not None:
            yield response_id, weight
