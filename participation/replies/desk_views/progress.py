"""How far everything is: the funnel of each consultation, what is late by section."""

from __future__ import annotations

from flask import render_template

from participation.replies.desk_views.working_page import bp
from participation.replies.queries import workload
from participation.web.access import requires


@bp.get("/progress")
@requires("replies.read")
def progress() -> str:
    """Show how far each consultation is, and which section has how much that is late."""
    return render_template(
        "replies/desk/progress.html",
        funnels=workload.list_funnels(),
        loads=workload.list_section_loads(),
    )
