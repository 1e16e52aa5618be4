"""All surveys."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.surveys import queries
from participation.surveys.views.pages import bp
from participation.web import page_cache
from participation.web.access import public
from participation.web.page_cache import cached_for_guests


@bp.get("/surveys")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """All surveys, those that take answers first."""
    surveys = queries.list_surveys()
    for row in surveys:
        page_cache.expires(row.changes_at)
    return render_template("surveys/index.html", surveys=surveys)
