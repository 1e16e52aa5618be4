"""Pages of consultations for residents: the list, and one consultation."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template

from participation.consultations import queries
from participation.consultations.domain import Way, ways_into
from participation.foundation.remembering import remembered
from participation.web.access import public
from participation.web.page_cache import cached_for_guests, expires

bp = Blueprint("consultations", __name__)


@bp.get("/consultations")
@public
@cached_for_guests
def index() -> str:
    """List the consultations by status: what is open comes first."""
    groups = queries.list_consultations()
    for listed in (each for group in groups.values() for each in group):
        expires(listed.procedure.changes_at)
    return render_template("consultations/index.html", groups=groups)


@bp.get("/consultations/<code>")
@public
@cached_for_guests
def show(code: str) -> str:
    """Show what is asked, until when, how to answer, and what came of it."""
    page = remembered(queries.get_page, code, until=lambda found: found.procedure.changes_at)
    expires(page.procedure.changes_at)
    ways = remembered(ways_into, page.consultation.id, until=_first_change)
    for way in ways:
        expires(way.changes_at)
    return render_template(
        "consultations/show.html", page=page, consultation=page.consultation, other_ways=ways
    )


def _first_change(ways: list[Way]) -> datetime | None:
    return min((way.changes_at for way in ways if way.changes_at is not None), default=None)
