"""Making votes and changing drafts."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.consultations import queries as consultations
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.subjects import queries as subjects
from participation.votes import commands, queries
from participation.votes.desk_views.page import bp
from participation.votes.domain import VoteStatus
from participation.votes.forms import VoteForm, vote_values
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

A_FORTNIGHT = timedelta(days=14)
#: What a new vote begins with.
USUAL = {
    "audience": "anyone",
    "kind": "stance",
    "results_shown": "after_closing",
    "asks_reason": True,
    "keeping": "signal",
    "completion": "add1-greedy",
    "least": "1",
    "seats": "1",
}


@bp.route("/new", methods=["GET", "POST"])
@requires("votes.draft")
def new() -> ResponseReturnValue:
    """Begin a vote."""
    today = clock.today()
    form = _offer(VoteForm(data={**USUAL, "opens_on": today, "closes_on": today + A_FORTNIGHT}))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            vote = commands.draft_vote(form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=vote.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("votes/desk/form.html", form=form, vote=None, items=()), form.status


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("votes.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change a draft."""
    vote = queries.get_vote(public_id)
    if vote.status is not VoteStatus.DRAFT:
        raise Refused("公開した参考投票は変えられません（票の意味が変わるため）。")
    form = _offer(VoteForm(data=vote_values(vote, queries.list_options(vote))))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.change_vote(vote, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    items = queries.list_items_of(vote.subject_id)
    return render_template("votes/desk/form.html", form=form, vote=vote, items=items), form.status


def _offer(form: VoteForm) -> VoteForm:
    return form.offer(subjects.list_open_choices(), consultations.list_choices())
