"""The open list of gatherings, and one gathering."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request

from participation.foundation.paging import Edge
from participation.gatherings import queries
from participation.gatherings.domain import KIND_MEANINGS, KIND_NAMES, GatheringKind
from participation.gatherings.domain.drawing import HOW_IT_IS_DRAWN
from participation.gatherings.policies import registration_period
from participation.i18n.dates import deadline_ja
from participation.web.access import current_actor, public
from participation.web.downloads import attachment_header

bp = Blueprint("gatherings", __name__)


@bp.get("/gatherings")
@public
def index() -> str:
    """List the gatherings to come, or those that are over, of one kind, area or consultation or all."""
    asked = {name: request.args.get(name, "")[:60] for name in ("when", "kind", "area", "consultation")}
    kind = GatheringKind(asked["kind"]) if asked["kind"] in set(GatheringKind) else None
    known = {name: value for name, value in asked.items() if value}
    return render_template(
        "gatherings/index.html",
        page=queries.list_gatherings(
            Edge(after=request.args.get("after"), before=request.args.get("before")),
            past=asked["when"] == "past",
            kind=kind,
            area=asked["area"],
            consultation=asked["consultation"],
        ),
        known=known,
        kinds=KIND_NAMES,
        places=queries.place_names(),
    )


@bp.get("/gatherings/<public_id>")
@public
def show(public_id: str) -> str:
    """Show when, where, how to take part, and what came of it."""
    page = queries.show_gathering(public_id, current_actor())
    return render_template(
        "gatherings/show.html",
        page=page,
        gathering=page.gathering,
        meaning=KIND_MEANINGS[page.gathering.kind],
        deadline=deadline_ja(registration_period(page.gathering)[1]),
        how_drawn=HOW_IT_IS_DRAWN,
        mine_secret=queries.registration_secrets(page.mine)[0] if page.mine else None,
    )


@bp.get("/gatherings/draw.py")
@public
def draw_again() -> Response:
    """Give the program with which anybody draws the invited again, without us."""
    text = Path(current_app.static_folder or "", "gatherings", "draw.py").read_bytes()
    response = Response(text, content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = attachment_header("draw.py", "draw.py")
    return response
