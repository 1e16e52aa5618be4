"""Tables of two questions (クロス集計), for staff: as they are.

The database groups the stored answers by pairs (or triples) of values; laying them out in categories happens here,
once for each pair. So a table of a hundred thousand people costs a few hundred groups.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, select
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.surveys.domain.crosstabs import NOBODY, Axis, Category, Crosstab, Tally, crosstab
from participation.surveys.domain.intervals import Mass
from participation.surveys.domain.variables import ORIGIN_KEY, Variable, variables_of
from participation.surveys.models import Answer, Question, Response, ResponseWeight, Survey
from participation.surveys.queries.finding import SurveyPage
from participation.surveys.queries.results import count_answers, is_public

SAME_TWICE = "行と列には、別の設問を選んでください。"
FILTER_TWICE = "しぼりこみには、行と列とは別の設問を選んでください。"


def list_variables(page: SurveyPage, *, for_public: bool = False) -> list[Variable]:
    """Return what tables of this survey may be broken down by; for the public only what is public."""
    questions = [q for q in page.questions if not for_public or is_public(page, q)]
    attributes = attributes_of(page.survey)
    return variables_of(questions, page.questionnaire.numbers(), count_answers(page.survey), attributes)


def find_variable(variables: Iterable[Variable], key: str) -> Variable:
    """Return the variable with this key; raises NotFound in words."""
    for variable in variables:
        if variable.key == key or variable.attribute == key:
            return variable
    raise NotFound(f"集計に使える設問「{key[:60]}」が見つかりません。")


def attributes_of(survey: Survey) -> dict[str, set[str]]:
    """Return what is known of respondents besides their answers: name → the values that occur."""
    found: dict[str, set[str]] = {}
    text = cast(Response.attributes, Text)
    for row in db.session.scalars(select(text).where(Response.survey_id == survey.id).group_by(text)):
        for name, value in (json.loads(row) if row else {}).items():
            found.setdefault(name, set()).add(str(value))
    return found


@dataclass(frozen=True)
class Group:
    """People with the same categories in every variable, one tuple each; an empty one: no answer."""

    places: tuple[tuple[str, ...], ...]
    mass: Mass
    #: Those of them who have a weight, with their weights.
    weighted: Mass = NOBODY


def list_groups(
    survey: Survey, variables: Sequence[Variable], *, run_id: int | None = None, up_to: int | None = None
) -> Iterator[Group]:
    """Yield everybody who answered the survey, grouped by their answers; with a run its weights, too.

    With `up_to`, the id of a response, nobody who answered later.
    """
    columns, joins = _columns(survey, variables)
    sums: list[ColumnElement[Any]] = [func.count()]
    if run_id is not None:
        weight = ResponseWeight.weight
        sums += [func.count(weight), func.sum(weight), func.sum(weight * weight)]
    wanted = _joined(select(*columns, *sums).select_from(Response), joins)
    if run_id is not None:
        wanted = wanted.outerjoin(
            ResponseWeight, and_(ResponseWeight.response_id == Response.id, ResponseWeight.run_id == run_id)
        )
    wanted = wanted.where(Response.survey_id == survey.id).group_by(*columns)
    if up_to is not None:
        wanted = wanted.where(Response.id <= up_to)
    reader = _Reader(variables)
    for row in db.session.execute(wanted):
        n, *weights = row[len(variables) :]
        weighted = (
            Mass(weights[0], float(weights[1]), float(weights[2])) if weights and weights[0] else NOBODY
        )
        yield Group(reader.places(row), Mass.plain(n), weighted)


def list_places(
    survey: Survey, variables: Sequence[Variable]
) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
    """Yield (response id, its categories in every variable), response by response."""
    columns, joins = _columns(survey, variables)
    wanted = _joined(select(*columns, Response.id).select_from(Response), joins)
    wanted = wanted.where(Response.survey_id == survey.id).order_by(Response.id)
    reader = _Reader(variables)
    for row in db.session.execute(wanted, execution_options={"yield_per": 2_000}):
        yield row[-1], reader.places(row)


class _Reader:
    """Lays stored answers out in categories, each different answer once."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = variables
        self.known: list[dict[str | None, tuple[str, ...]]] = [{} for _ in variables]

    def places(self, row: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
        found = []
        for variable, seen, text in zip(self.variables, self.known, row, strict=False):
            if text not in seen:
                seen[text] = _place(variable, text)
            found.append(seen[text])
        return tuple(found)


def _joined(wanted: Select[Any], joins: Sequence[tuple[Any, Any]]) -> Select[Any]:
    for answer, question_id in joins:
        wanted = wanted.outerjoin(
            answer, and_(answer.response_id == Response.id, answer.question_id == question_id)
        )
    return wanted


def _columns(
    survey: Survey, variables: Sequence[Variable]
) -> tuple[list[ColumnElement[Any]], list[tuple[Any, Any]]]:
    columns: list[ColumnElement[Any]] = []
    joins: list[tuple[Any, Any]] = []
    for place, variable in enumerate(variables):
        if variable.question is not None:
            answer = aliased(Answer, name=f"answer{place}")
            question = select(Question.id).where(
                Question.survey_id == survey.id, Question.code == variable.question.code
            )
            joins.append((answer, question.scalar_subquery()))
            value = answer.value[variable.part] if variable.part else answer.value
            columns.append(cast(value, Text).label(f"value{place}"))
        elif variable.key == ORIGIN_KEY:
            columns.append(Response.origin.label(f"value{place}"))
        else:
            columns.append(cast(Response.attributes, Text).label(f"value{place}"))
    return columns, joins


def _place(variable: Variable, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    if variable.key == ORIGIN_KEY:
        return variable.read(text)
    value = json.loads(text)
    if variable.attribute:
        value = value.get(variable.attribute) if value else None
    return () if value is None else variable.read(value)


#: Stands for no second question: a table of one question alone.
EVERYBODY_TOGETHER = Variable(Axis("", "全体", (Category("all", "全体"),)), lambda _: ("all",))


def show_crosstab(
    survey: Survey,
    rows: Variable,
    columns: Variable | None,
    *,
    only: tuple[Variable, str] | None = None,
    run_id: int | None = None,
) -> Crosstab:
    """Return the table of two questions (or of one), of everybody or of one category of a third; or weighted."""
    plain, weighted = show_crosstabs(survey, rows, columns, only=only, run_id=run_id)
    return weighted or plain


def show_crosstabs(
    survey: Survey,
    rows: Variable,
    columns: Variable | None,
    *,
    only: tuple[Variable, str] | None = None,
    run_id: int | None = None,
    up_to: int | None = None,
) -> tuple[Crosstab, Crosstab | None]:
    """Return the same table unweighted and, with a run, weighted, from one question to the database."""
    across = columns or EVERYBODY_TOGETHER
    _refuse_same(rows, across, only)
    wanted = [rows, *([columns] if columns else []), *([only[0]] if only else [])]
    plain, weighted = Tally(), Tally()
    for group in list_groups(survey, wanted, run_id=run_id, up_to=up_to):
        if only is None or only[1] in group.places[-1]:
            there = group.places[1] if columns else ("all",)
            plain.add(group.places[0], there, group.mass)
            if group.weighted.n:
                weighted.add(group.places[0], there, group.weighted)
    return crosstab(rows.axis, across.axis, plain), (
        crosstab(rows.axis, across.axis, weighted) if run_id is not None else None
    )


def _refuse_same(rows: Variable, columns: Variable, only: tuple[Variable, str] | None) -> None:
    if rows.key == columns.key:
        raise Refused(SAME_TWICE, field="columns")
    if only is not None and only[0].key in (rows.key, columns.key):
        raise Refused(FILTER_TWICE, field="only")
    if only is not None and only[1] not in [category.code for category in only[0].axis.categories]:
        raise NotFound("しぼりこみの区分が見つかりません。")
