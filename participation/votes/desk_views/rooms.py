"""Ballots on paper and shows of hands at the desk: batches, entries by two people, what differs."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.votes import commands, queries
from participation.votes.desk_views.page import bp
from participation.votes.domain import ORIGIN_NAMES
from participation.votes.domain.rooms import BATCH_STATUS_NAMES, read_entries
from participation.votes.forms import BatchForm, EntriesForm, PlainForm
from participation.votes.models import RoomBatch, Vote
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.get("/<public_id>/rooms")
@requires("votes.enter_room")
def rooms(public_id: str) -> ResponseReturnValue:
    """All batches of a vote, and a form to note another."""
    return _list_page(queries.get_vote(public_id), BatchForm(data={"held_on": clock.today()}))


@bp.post("/<public_id>/rooms")
@requires("votes.enter_room")
def open_batch(public_id: str) -> ResponseReturnValue:
    """Note a batch."""
    vote, form = queries.get_vote(public_id), BatchForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            batch = commands.open_batch(vote, form.draft(), by=current_actor())
            sent.location = url_for(".room_batch", batch_id=batch.public_id)
        if sent.given:
            return sent.redirect()
    return _list_page(vote, form), form.status


@bp.get("/rooms/<batch_id>")
@requires("votes.enter_room")
def room_batch(batch_id: str) -> ResponseReturnValue:
    """One batch: the reader's own entry, or what differs between the two."""
    batch = queries.get_batch(batch_id)
    shown = queries.show_batch(batch, current_actor())
    form = EntriesForm(
        data={"entries": shown.own, "gap_reason": batch.gap_reason, "version": str(batch.version)}
    )
    return _batch_page(batch, form)


@bp.post("/rooms/<batch_id>")
@requires("votes.enter_room")
def enter_batch(batch_id: str) -> ResponseReturnValue:
    """Write a batch down as the first or the second person."""
    batch, form = queries.get_batch(batch_id), EntriesForm()
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                entries = read_entries(queries.paper_for(queries.get_vote_of(batch)), form.entries.data)
                commands.enter_batch(
                    batch,
                    entries,
                    gap_reason=form.gap_reason.data.strip(),
                    version=form.seen,
                    by=current_actor(),
                )
                sent.location = url_for(".room_batch", batch_id=batch_id)
        except Conflict as conflict:
            form.refuse(Refused(conflict.reason))
            return _batch_page(batch, form), 409
        if sent.given:
            return sent.redirect()
    return _batch_page(batch, form), form.status


@bp.post("/rooms/<batch_id>/cancel")
@requires("votes.enter_room")
def cancel_batch(batch_id: str) -> ResponseReturnValue:
    """Let a batch go that was noted by mistake."""
    batch = queries.get_batch(batch_id)
    form = PlainForm()
    with one_submission(form) as sent:
        commands.cancel_batch(batch, by=current_actor())
        sent.location = url_for(".rooms", public_id=queries.get_vote_of(batch).public_id)
    return sent.redirect()


@bp.post("/<public_id>/settle")
@requires("votes.settle")
def settle(public_id: str) -> ResponseReturnValue:
    """Settle a vote with rooms, once all its batches are in."""
    vote, form = queries.get_vote(public_id), BatchForm(data={"held_on": clock.today()})
    try:
        with transaction():
            commands.settle_vote(vote, by=current_actor())
    except Refused as refusal:
        form.refuse(refusal)
        return _list_page(vote, form), 422
    return redirect(url_for(".rooms", public_id=public_id), 303)


def _list_page(vote: Vote, form: BatchForm) -> str:
    return render_template(
        "votes/desk/rooms.html",
        vote=vote,
        batches=queries.list_batches(vote),
        form=form,
        plain=PlainForm(),
        names=BATCH_STATUS_NAMES,
        origins=ORIGIN_NAMES,
        is_over=queries.is_over(vote),
    )


def _batch_page(batch: RoomBatch, form: EntriesForm) -> str:
    return render_template(
        "votes/desk/room_batch.html",
        shown=queries.show_batch(batch, current_actor()),
        form=form,
        plain=PlainForm(),
        names=BATCH_STATUS_NAMES,
        origins=ORIGIN_NAMES,
        options=queries.list_options(queries.get_vote_of(batch)),
    )
