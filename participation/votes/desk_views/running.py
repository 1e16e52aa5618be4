"""Opening, closing and settling votes; telling the seed."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.votes import commands, queries
from participation.votes.desk_views.page import bp, page_of
from participation.votes.forms import SeedForm
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.post("/<public_id>/publish")
@requires("votes.publish")
def publish(public_id: str) -> ResponseReturnValue:
    """Open a vote."""
    vote = queries.get_vote(public_id)
    try:
        with transaction():
            commands.publish_vote(vote, by=current_actor())
    except Refused as refusal:
        return page_of(public_id, refusal.reason), 422
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/close")
@requires("votes.close")
def close(public_id: str) -> ResponseReturnValue:
    """Close a vote."""
    vote = queries.get_vote(public_id)
    with transaction():
        commands.close_vote(vote, by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/seed")
@requires("votes.tell_seed")
def tell_seed(public_id: str) -> ResponseReturnValue:
    """Write down the public figure that decides ties."""
    vote, form = queries.get_vote(public_id), SeedForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.tell_seed(vote, form.seed.data, by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return page_of(public_id, seed_form=form), form.status
