"""Public pages of projects."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participation.projects import queries
from participation.web.access import current_actor, public
from participation.web.page_cache import cached_for_guests

bp = Blueprint("projects", __name__)


@bp.get("/projects")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """The projects that were published."""
    return render_template("projects/index.html", projects=queries.list_projects())


@bp.get("/projects/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """One project: what it gathers, and what came of it."""
    page = queries.show_published(code, current_actor())
    return render_template("projects/show.html", page=page, replies=page.replies)
