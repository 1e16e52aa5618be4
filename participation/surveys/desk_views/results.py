"""The figures for staff, and what was written in words."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from participation.foundation.errors import NotFound
from participation.surveys import queries
from participation.surveys.desk_views.desk import bp
from participation.web.access import requires


@bp.get("/<public_id>/results")
@requires("surveys.read_desk")
def results(public_id: str) -> ResponseReturnValue:
    """The figures, question by question, and how far people came."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    return render_template(
        "surveys/desk/results.html",
        page=page,
        results=queries.show_results(page, for_staff=True, number=request.args.get("page", 1, type=int)),
        for_staff=True,
        origins=queries.count_origins(page.survey),
        reached=queries.list_reached(page),
        run=queries.find_current_run(page.survey),
    )


@bp.get("/<public_id>/texts/<code>")
@requires("surveys.read_desk")
def texts(public_id: str, code: str) -> ResponseReturnValue:
    """What was written for one question, the latest first."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    question = next((each for each in page.questions if each.code == code), None)
    if question is None:
        raise NotFound
    before = request.args.get("before", type=int)
    found = queries.list_texts(page.survey, question, before=before)
    return render_template(
        "surveys/desk/texts.html",
        page=page,
        question=question,
        name=page.questionnaire.numbers().get(code, ""),
        texts=found,
        is_later=before is not None,
    )
