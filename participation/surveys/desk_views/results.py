"""The figures for staff, and taking the answers out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.csv_text import Cell, as_text
from participation.foundation.db import transaction
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import NOT_THE_WHOLE, Asked
from participation.surveys.queries import SurveyPage
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response


@bp.get("/<public_id>/results")
@requires("surveys.read_desk")
def results(public_id: str) -> ResponseReturnValue:
    """The figures and the free texts."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    texts = {
        question.code: queries.list_texts(page.survey, question)
        for question in queries.list_questions(page.survey)
        if question.spec["kind"] == "text"
    }
    return render_template(
        "surveys/desk/results.html",
        page=page,
        results=queries.show_results(page, for_staff=True),
        texts=texts,
        not_the_whole=NOT_THE_WHOLE,
    )


@bp.get("/<public_id>/answers.csv")
@requires("surveys.export")
def export(public_id: str) -> ResponseReturnValue:
    """All answers as CSV, without saying who gave them; taking them out is recorded."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    with transaction():
        commands.record_export(page.survey, by=current_actor())
    header = ["番号", "回答日", *(title for q in page.questions for title in _columns(q))]
    return csv_response(f"アンケート回答-{public_id}.csv", as_text(header, _rows(page)))


def _rows(page: SurveyPage) -> Iterator[list[Cell]]:
    for number, row in enumerate(queries.list_export_rows(page.survey), start=1):
        day = row.answered_at.astimezone(clock.JST).date().isoformat()
        yield [number, day, *(c for q in page.questions for c in _cells(q, row.answers.get(q.code)))]


def _columns(question: Asked) -> list[str]:
    name = f"{question.code} {question.text}"
    if question.spec.kind == "multiple":
        return [f"{name}：{label}" for _, label in question.spec.choices()]
    return [name]


def _cells(question: Asked, value: Any) -> list[Cell]:
    if question.spec.kind == "multiple":
        return [
            None if value is None else int(code in question.spec.atoms(value))
            for code, _ in question.spec.choices()
        ]
    if value is None or question.spec.kind == "scale":
        return [value]
    return [question.spec.words(value)]
