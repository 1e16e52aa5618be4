"""Two questions against each other, for staff: with intervals, a test, weights beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from participation.foundation.csv_text import Cell, as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.crosstabs import FEW_EXPECTED, Crosstab, in_lines
from participation.surveys.queries import SurveyPage, Variable
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response

PARAMETERS = ("rows", "columns", "only", "part")
#: A page shows no more cells than somebody can read; the file holds all.
MOST_CELLS = 400


@dataclass(frozen=True)
class Asked:
    """Which table somebody asked for, and what came of it."""

    chosen: dict[str, str]
    only: Variable | None = None
    plain: Crosstab | None = None
    weighted: Crosstab | None = None
    refused: str = ""

    @property
    def unweighted(self) -> int:
        """How many of the table have no weight."""
        return self.plain.whole.n - self.weighted.whole.n if self.plain and self.weighted else 0

    @property
    def title(self) -> str:
        """What the table is of."""
        if self.plain is None:
            return ""
        across = f" × {self.plain.columns.title}" if self.chosen["columns"] else ""
        part = ""
        if self.only is not None and self.chosen["part"]:
            part = f"（{self.only.title}が「{self.only.axis.label(self.chosen['part'])}」の人）"
        return f"{self.plain.rows.title}{across}{part}"


@bp.get("/<public_id>/crosstab")
@requires("surveys.read_desk")
def crosstab(public_id: str) -> ResponseReturnValue:
    """One or two questions as a table, unweighted and weighted."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    variables = queries.list_variables(page)
    run = queries.find_current_run(page.survey)
    asked = _ask(page, variables, run.id if run else None)
    rendered = render_template(
        "surveys/desk/crosstab.html",
        page=page,
        variables=[(each.key, each.title) for each in variables],
        asked=asked,
        tables=[_drawn(table) for table in (asked.plain, asked.weighted) if table],
        parts=[(c.code, c.label) for c in asked.only.axis.categories] if asked.only else [],
        run=run,
        unweighted=asked.unweighted,
        who=queries.who_answered(page.survey),
        few_expected=FEW_EXPECTED,
    )
    return rendered, 422 if asked.refused else 200


@bp.get("/<public_id>/crosstab.csv")
@requires("surveys.export")
def crosstab_csv(public_id: str) -> ResponseReturnValue:
    """The same table as CSV, one line for each cell."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    run = queries.find_current_run(page.survey)
    asked = _ask(page, queries.list_variables(page), run.id if run else None)
    if asked.plain is None:
        raise Refused(asked.refused or "表にする設問を選んでください。")
    with transaction():
        commands.record_export(page.survey, what="crosstab", by=current_actor())
    header, lines = in_lines(asked.plain, asked.weighted)
    return csv_response(f"クロス集計-{public_id}.csv", as_text(header, _cells(lines)))


def _cells(lines: list[list[Any]]) -> list[list[Cell]]:
    return [[str(cell) if isinstance(cell, float) else cell for cell in line] for line in lines]


def _ask(page: SurveyPage, variables: list[Variable], run_id: int | None) -> Asked:
    chosen = {name: request.args.get(name, "") for name in PARAMETERS}
    if not chosen["rows"]:
        return Asked(chosen)
    rows = queries.find_variable(variables, chosen["rows"])
    columns = queries.find_variable(variables, chosen["columns"]) if chosen["columns"] else None
    only = queries.find_variable(variables, chosen["only"]) if chosen["only"] else None
    part = (only, chosen["part"]) if only and chosen["part"] else None
    try:
        plain, weighted = queries.show_crosstabs(page.survey, rows, columns, only=part, run_id=run_id)
    except Refused as refusal:
        return Asked(chosen, only, refused=refusal.reason)
    return Asked(chosen, only, plain, weighted)


def _drawn(table: Crosstab) -> dict[str, Any]:
    """Return a table as the page draws it: categories that anybody stands in, shares with n and interval."""
    rows = [each for each in table.rows.categories if each.code in table.tally.rows]
    columns = [each for each in table.columns.categories if each.code in table.tally.columns]
    too_large = len(rows) * len(columns) > MOST_CELLS
    everybody = len(columns) > 1
    body = []
    for row in () if too_large else rows:
        shares = [table.share(row.code, column.code) for column in columns]
        if everybody:
            shares.append(table.row_share(row.code))
        body.append((row.label, [_cell(share) for share in shares]))
    people = [table.tally.columns[column.code] for column in columns]
    if everybody:
        people.append(table.whole)
    return {
        "columns": [each.label for each in columns] + (["全体"] if everybody else []),
        "body": body,
        "foot": [{"text": f"{each.n:,}人", "note": _size(each)} for each in people],
        "test": table.test,
        "why_no_test": table.why_no_test,
        "whole": table.whole,
        "too_large": too_large,
    }


def _cell(share: Any) -> dict[str, Any]:
    if share is None:
        return {"text": "―"}
    low, high = share.interval.low * 100, share.interval.high * 100
    return {
        "text": f"{share.share * 100:.1f}%",
        "note": f"{share.part.n:,}人 {low:.1f}〜{high:.1f}%",
        "share": share.share,
    }


def _size(mass: Any) -> str:
    effective = mass.effective
    return f"有効 {effective:,.0f}人" if abs(effective - mass.n) > 0.5 else ""
