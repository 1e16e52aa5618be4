"""Public pages of challenges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.agreements.commands import ask
from participation.challenges import queries
from participation.challenges.domain import FILE_ROOM, MATERIAL_NAMES, stages
from participation.foundation import clock, files
from participation.foundation.errors import Denied, NotFound
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.organisations import queries as organisations
from participation.organisations.models import CommunityOrganisation
from participation.web import page_cache
from participation.web.access import current_actor, public
from participation.web.downloads import locked_up
from participation.web.forms import whole_number
from participation.web.page_cache import cached_for_guests

bp = Blueprint("challenges", __name__)


@bp.get("/challenges")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """Posted challenges: in the order of the day, or the newest first; never by popularity."""
    page_cache.expires(next_day())
    stage, newest = request.args.get("stage", ""), request.args.get("order") == "new"
    found = queries.list_challenges(stage=stage, newest_first=newest, page=page_number())
    known = {"stage": stage if stage in stages() else "", "order": "new" if newest else ""}
    return render_template(
        "challenges/index.html",
        found=found,
        stages=stages(),
        known={key: value for key, value in known.items() if value},
        last_day=clock.last_day,
    )


@bp.get("/challenges/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """One challenge: what is known, what is looked for, which ideas came, what became of it."""
    page = queries.show_challenge(queries.get_posted(public_id), current_actor())
    return render_template(
        "challenges/show.html", page=page, material_names=MATERIAL_NAMES, last_day=clock.last_day
    )


@bp.get("/challenges/<public_id>/files/<material_id>")
@public
def document(public_id: str, material_id: str) -> ResponseReturnValue:
    """Give a document of a challenge; before it is posted, to staff only."""
    challenge = queries.get_challenge(public_id)
    if challenge.posted_at is None and not current_actor().is_staff:
        raise NotFound
    material = queries.get_material(challenge, material_id)
    if material.sha256 is None or material.file_kind is None:
        raise NotFound
    try:
        content = files.read(material.sha256, FILE_ROOM)
    except files.Lost as lost:
        raise NotFound("資料のファイルが見つからないか、壊れています。") from lost
    name = quote(material.file_name, safe="")
    return locked_up(content, MEDIA_TYPES[material.file_kind], f"attachment; filename*=UTF-8''{name}")


def ask_first(
    organisation_id: int,
    code: str,
    words: Mapping[str, Any],
    about: str = "",
    target: str = "",
    row_version: int = 0,
) -> str:
    """Ask the organisation's other delegates; return where they read and agree."""
    asked = ask(organisation_id, code, words, about, target, row_version=row_version, by=current_actor())
    return url_for("agreements.show", public_id=asked.public_id)


def page_number() -> int:
    """Return which page of a list is wanted."""
    return whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1)


def who_may(heading: str, *, for_delegates: bool) -> ResponseReturnValue:
    """Say who may do this, to somebody who may not."""
    page = render_template("challenges/who_may.html", heading=heading, for_delegates=for_delegates)
    return page, 200 if request.method == "GET" else 403


def next_day() -> datetime:
    """Return when the order of the day changes."""
    return clock.start_of(clock.today() + timedelta(days=1))


def organisation_of(public_id: str) -> CommunityOrganisation | None:
    """Return the organisation that somebody speaks for; empty: nobody but themselves."""
    if not public_id:
        return None
    try:
        return organisations.get_organisation(public_id)
    except NotFound as error:
        raise Denied("この団体の担当者だけができます。") from error
