"""Public pages: the list of organisations (団体). One organisation's page is composed by front."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request

from participation.foundation import clock
from participation.organisations import queries
from participation.organisations.domain import STATE_NAMES, kinds
from participation.places import queries as places
from participation.web import page_cache
from participation.web.access import public
from participation.web.forms import whole_number
from participation.web.page_cache import kept_for_everybody

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
@public
@kept_for_everybody
def index() -> str:
    """List the organisations that the ward confirmed, narrowed by kind, area and name."""
    page_cache.expires(clock.start_of(clock.today() + timedelta(days=1)))
    known = {key: request.args.get(key, "")[:120] for key in ("kind", "area", "name")}
    found = queries.list_organisations(
        kind=known["kind"],
        area=known["area"],
        name=known["name"],
        is_public=True,
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    return render_template(
        "organisations/index.html",
        found=found,
        known={key: value for key, value in known.items() if value},
        kinds=kinds(),
        areas=places.list_areas(),
        states=STATE_NAMES,
    )
