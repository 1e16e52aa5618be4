"""Public pages of proposals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.agreements.commands import ask
from participation.agreements.queries import asks_first, published_about
from participation.foundation import clock, files
from participation.foundation.db import transaction
from participation.foundation.errors import Denied, NotFound
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.organisations import queries as organisations
from participation.organisations.models import CommunityOrganisation
from participation.proposals import commands, queries
from participation.proposals.domain import (
    ALL_PARTS,
    AMENDMENT_NAMES,
    FILE_ROOM,
    MERGE_NAMES,
    PART_NAMES,
    VERDICT_NAMES,
    changes_between,
    criteria,
    stages,
)
from participation.proposals.forms import PlainForm
from participation.web import page_cache
from participation.web.access import current_actor, public, requires
from participation.web.downloads import locked_up
from participation.web.forms import whole_number
from participation.web.page_cache import cached_for_guests, kept_for_everybody

bp = Blueprint("proposals", __name__)


@bp.get("/proposals")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """Submitted proposals: in the order of the day, or the newest first; never by popularity."""
    page_cache.expires(clock.start_of(clock.today() + timedelta(days=1)))
    stage, about = request.args.get("stage", ""), request.args.get("about", "")
    newest = request.args.get("order") == "new"
    found = queries.list_proposals(
        current_actor(),
        stage=stage,
        about=about,
        newest_first=newest,
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    known = {"stage": stage if stage in stages() else "", "about": about, "order": "new" if newest else ""}
    return render_template(
        "proposals/index.html", found=found, stages=stages(), known={k: v for k, v in known.items() if v}
    )


@bp.get("/proposals/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """One proposal, its stages with their reasons, and who endorses it."""
    page = queries.show_submitted(public_id, current_actor())
    return render_template(
        "proposals/show.html",
        page=page,
        published=published_about(public_id, page.proposal.organisation_id),
        parts=ALL_PARTS,
        stages=stages(),
        form=PlainForm(),
        verdict_names=VERDICT_NAMES,
        amendment_names=AMENDMENT_NAMES,
        merge_names=MERGE_NAMES,
        part_names=PART_NAMES,
    )


@bp.get("/proposals/<public_id>/versions/<int:number>")
@public
def version(public_id: str, number: int) -> ResponseReturnValue:
    """An earlier text, compared with the one that followed it."""
    page = queries.show_submitted(public_id, current_actor())
    if not page.is_readable:
        raise NotFound
    before, after = queries.get_texts_around(page.proposal, page.versions, number)
    changes = changes_between(before, after)
    return render_template(
        "proposals/version.html", page=page, number=number, changes=changes, row=page.versions[number - 1]
    )


@bp.get("/proposals/criteria")
@public
@kept_for_everybody
def criteria_page() -> ResponseReturnValue:
    """The stages and the criteria by which the ward looks at proposals, published before there are any."""
    return render_template("proposals/criteria.html", stages=stages(), criteria=criteria())


@bp.get("/proposals/similar")
@public
def similar() -> ResponseReturnValue:
    """Proposals like the words in the address, for a page on which somebody writes (a piece of a page)."""
    words = request.args.get("words", "")[:300]
    return render_template("proposals/_similar.html", similar=queries.list_similar(words, current_actor()))


@bp.get("/proposals/<public_id>/attachments/<attachment_id>")
@public
def attachment(public_id: str, attachment_id: str) -> ResponseReturnValue:
    """Give a document of a proposal; before it is submitted, to the organisation's delegates only."""
    proposal = queries.get_proposal(public_id)
    actor = current_actor()
    if proposal.submitted_at is None:
        queries.get_draft(public_id, actor)
    elif not queries.show_proposal(proposal, actor).is_readable:
        raise NotFound
    kept = queries.get_attachment(proposal, attachment_id)
    try:
        content = files.read(kept.sha256, FILE_ROOM)
    except files.Lost as lost:
        raise NotFound("資料のファイルが見つからないか、壊れています。") from lost
    return locked_up(
        content, MEDIA_TYPES[kept.kind], f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}"
    )


@bp.post("/proposals/<public_id>/endorse")
@requires("proposals.endorse")
def endorse(public_id: str) -> ResponseReturnValue:
    """Endorse as a person or for an organisation, or take it back."""
    proposal = queries.get_submitted(public_id)
    actor = current_actor()
    queries.show_proposal(proposal, actor)  # What the reader may not know of cannot be endorsed.
    organisation = organisation_of(request.form.get("organisation", ""))
    location = url_for(".show", public_id=public_id, _anchor="endorsements")
    with transaction():
        if request.form.get("act") == "back":
            commands.take_back_endorsement(proposal, organisation, by=actor)
        elif organisation is not None and asks_first(organisation.id):
            words = {"text_version": proposal.text_version}
            location = ask_first(organisation.id, "proposals.endorse", words, public_id)
        else:
            commands.endorse_proposal(proposal, organisation, by=actor, network=_network())
    return redirect(location, 303)


def ask_first(
    organisation_id: int,
    code: str,
    words: Mapping[str, Any],
    about: str,
    target: str = "",
    row_version: int = 0,
) -> str:
    """Ask the organisation's other delegates; return where they read and agree."""
    asked = ask(organisation_id, code, words, about, target, row_version=row_version, by=current_actor())
    return url_for("agreements.show", public_id=asked.public_id)


def _network() -> str:
    """Return the reader's network: the address without its last part. It is kept only as a keyed hash."""
    address = request.remote_addr or ""
    return address.rpartition("." if "." in address else ":")[0] or address


def organisation_of(public_id: str) -> CommunityOrganisation | None:
    """Return the organisation that somebody speaks for; empty: nobody but themselves."""
    if not public_id:
        return None
    try:
        return organisations.get_organisation(public_id)
    except NotFound as error:
        raise Denied("この団体の担当者だけができます。") from error
