"""The figures, for everybody."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.surveys import queries
from participation.surveys.domain import NOT_THE_WHOLE
from participation.surveys.views.pages import bp
from participation.web import page_cache
from participation.web.access import public
from participation.web.page_cache import cached_for_guests


@bp.get("/surveys/<public_id>/results")
@public
@cached_for_guests
def results(public_id: str) -> ResponseReturnValue:
    """The figures, for everybody, when the survey says so."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    page_cache.expires(page.changes_at)
    shown = queries.show_results(page) if page.has_public_results else None
    return render_template("surveys/results.html", page=page, results=shown, not_the_whole=NOT_THE_WHOLE)
