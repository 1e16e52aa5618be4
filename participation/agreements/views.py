"""The page on which delegates agree before something goes out in their organisation's name."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.agreements import commands, queries
from participation.agreements.domain import STANCE_NAMES, Stance, get_act
from participation.agreements.forms import PlainForm, VoiceForm
from participation.agreements.models import Agreement
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict
from participation.organisations import queries as organisations
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("agreements", __name__)


@bp.route("/agreements/<public_id>", methods=["GET", "POST"])
@requires("agreements.read")
def show(public_id: str) -> ResponseReturnValue:
    """What is about to go out, in the very words; say whether it may."""
    actor = current_actor()
    agreement = queries.get_agreement(public_id, actor)
    form = VoiceForm().offer()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            public = bool(form.is_note_public.data)
            commands.say(agreement, Stance(form.stance.data), form.note.data, is_note_public=public, by=actor)
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(agreement, form), form.status


def _page(agreement: Agreement, form: VoiceForm, conflict: str = "") -> str:
    """Show what would go out beside what stands now; with what came in between, where it could not be done."""
    act = get_act(agreement.act)
    return render_template(
        "agreements/show.html",
        agreement=agreement,
        act=act,
        shown=act.show(agreement, queries.words_of(agreement)) if agreement.settled_at is None else None,
        organisation=organisations.get_by_id(agreement.organisation_id),
        form=form,
        plain=PlainForm(formdata=None),
        lines=queries.list_voices(agreement),
        agreed=queries.count_agreeing(agreement),
        stance_names=STANCE_NAMES,
        may_carry_out=access.can(current_actor(), "agreements.carry_out", agreement),
        conflict=conflict,
    )


@bp.post("/agreements/<public_id>/carry-out")
@requires("agreements.carry_out")
def carry_out(public_id: str) -> ResponseReturnValue:
    """Do what was agreed to; where something changed meanwhile, nothing is done and both texts are shown."""
    actor = current_actor()
    try:
        with transaction():
            path = commands.carry_out(queries.get_agreement(public_id, actor), by=actor)
    except Conflict as conflict:
        agreement = queries.get_agreement(public_id, actor)
        return _page(agreement, VoiceForm(formdata=None).offer(), conflict.reason), 409
    return redirect(path, 303)


@bp.post("/agreements/<public_id>/call-off")
@requires("agreements.call_off")
def call_off(public_id: str) -> ResponseReturnValue:
    """Take back what was asked."""
    actor = current_actor()
    with transaction():
        commands.call_off(queries.get_agreement(public_id, actor), by=actor)
    return redirect(url_for(".show", public_id=public_id), 303)
