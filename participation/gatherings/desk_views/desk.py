"""The staff's list of gatherings, and one gathering with what can be done with it."""

from __future__ import annotations

import segno
from flask import Blueprint, render_template, request

from participation.consultations import queries as consultations
from participation.foundation.paging import Edge
from participation.gatherings import queries
from participation.gatherings.domain import (
    KIND_NAMES,
    NEED_NAMES,
    RECORD_NAMES,
    STATE_NAMES,
    GatheringState,
    origin_of,
)
from participation.gatherings.forms import PlainForm, ReasonForm
from participation.gatherings.queries.showing import time_in_words
from participation.web.access import requires
from participation.web.addresses import full_url
from participation.web.forms import Form

bp = Blueprint("gatherings_desk", __name__, url_prefix="/desk/gatherings")


@bp.get("")
@requires("gatherings.read_desk")
def index() -> str:
    """List the gatherings, drafts too, the latest first."""
    asked = request.args.get("state", "")
    state = GatheringState(asked) if asked in set(GatheringState) else None
    return render_template(
        "gatherings/desk/index.html",
        page=queries.list_desk(
            Edge(after=request.args.get("after"), before=request.args.get("before")), state=state
        ),
        state=state.value if state else "",
        states=STATE_NAMES,
    )


@bp.get("/<public_id>")
@requires("gatherings.read_desk")
def show(public_id: str) -> str:
    """Show one gathering: numbers, and what is to be done next."""
    return page_of(public_id)


def page_of(public_id: str, *, refused: Form | None = None) -> str:
    """Return the page of a gathering, with a form on it that has to be mended."""
    desk = queries.show_desk(public_id)
    gathering = desk.gathering
    procedure = None
    if desk.consultation is not None:
        procedure = consultations.Procedure(
            desk.consultation, tuple(consultations.list_phases(desk.consultation.id))
        )
    room = None
    if gathering.consultation_id and gathering.announced_at:
        room = full_url("gatherings.room", public_id=public_id, code=gathering.room_code)
    return render_template(
        "gatherings/desk/show.html",
        desk=desk,
        procedure=procedure,
        gathering=gathering,
        kind=KIND_NAMES[gathering.kind],
        state=STATE_NAMES[gathering.state],
        when=time_in_words(gathering.starts_at, gathering.ends_at),
        needs="、".join(NEED_NAMES[each] for each in NEED_NAMES if each in gathering.needs_offered),
        record_names=RECORD_NAMES,
        origin=origin_of(gathering.public_id),
        room=room,
        room_picture=segno.make(room, error="m").svg_data_uri(scale=4, border=2) if room else None,
        plain=PlainForm(formdata=None),
        form=refused or ReasonForm(formdata=None),
    )
