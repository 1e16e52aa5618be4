"""Routes of approval as administrators see them: the list, making, changing, retiring."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from participation.foundation.errors import Conflict
from participation.organisations.queries import list_posts
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do, sections
from participation.replies.domain import MOST_STEPS
from participation.replies.forms import RouteForm
from participation.replies.queries import routing
from participation.web.access import current_actor, requires
from participation.web.forms import Form


@bp.get("/routes")
@requires("replies.edit_routes")
def routes() -> str:
    """Show the routes, those no longer offered last."""
    lines = routing.list_routes(with_retired=True)
    return render_template("replies/desk/routes.html", routes=sorted(lines, key=lambda each: each.is_retired))


@bp.get("/routes/new")
@requires("replies.edit_routes")
def new_route() -> Any:
    """Show the form of a new route."""
    return _route_page(None, None)


@bp.post("/routes/new")
@requires("replies.edit_routes")
def make_route() -> Any:
    """Make a route."""
    form = _offered(RouteForm())
    return do(
        form,
        "",
        lambda: commands.make_route(form.draft(), by=current_actor()),
        location=url_for(".routes"),
    ) or _route_page(None, form)


@bp.get("/routes/<public_id>")
@requires("replies.edit_routes")
def route(public_id: str) -> Any:
    """Show a route to change it."""
    return _route_page(public_id, None)


@bp.post("/routes/<public_id>")
@requires("replies.edit_routes")
def change_route(public_id: str) -> Any:
    """Change a route; whoever was second sees what it is now."""
    form = _offered(RouteForm())
    try:
        done = do(
            form,
            "",
            lambda: commands.change_route(public_id, form.draft(), form.seen, by=current_actor()),
            location=url_for(".routes"),
        )
    except Conflict as conflict:
        return _route_page(public_id, form, conflict=conflict.reason)
    return done or _route_page(public_id, form)


@bp.post("/routes/<public_id>/<any(retire,offer):what>")
@requires("replies.edit_routes")
def retire_route(public_id: str, what: str) -> Any:
    """Offer a route no longer, or again."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.retire_route(public_id, retired=what == "retire", by=current_actor()),
        location=url_for(".routes"),
    ) or _route_page(public_id, None)


def _offered(form: RouteForm) -> RouteForm:
    return form.offer(sections(), [(each.code, each.name) for each in list_posts()])


def _route_page(public_id: str | None, form: RouteForm | None, *, conflict: str = "") -> Any:
    line = routing.get_route_line(public_id) if public_id is not None else None
    if form is None:
        form_shown = _offered(_filled(line))
    else:
        form_shown = form
        if conflict and line is not None:
            form_shown.version.data = str(line.version)
    text = render_template("replies/desk/route.html", form=form_shown, line=line, conflict=conflict)
    return text, 409 if conflict else form.status if form is not None else 200


def _filled(line: routing.RouteLine | None) -> RouteForm:
    if line is None:
        return RouteForm(formdata=None)
    filled = [
        {
            "kind": step.kind.value,
            "position": step.position,
            "post": step.post_code,
            "section": step.section_code,
            "passes_own": not step.refuses_own,
        }
        for step in line.steps
    ]
    return RouteForm(
        formdata=None,
        version=str(line.version),
        name=line.name,
        section=line.section_code,
        steps=filled + [{}] * (MOST_STEPS - len(filled)),
    )
