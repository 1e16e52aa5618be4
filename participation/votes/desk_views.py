"""Staff pages of votes."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.votes import commands, queries
from participation.votes.domain import ADVISORY, KIND_NAMES, NOT_THE_WHOLE, VoteStatus
from participation.votes.forms import PlainForm, VoteForm, vote_values
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("votes_desk", __name__, url_prefix="/desk/votes")
A_FORTNIGHT = timedelta(days=14)


@bp.get("")
@requires("votes.read_desk")
def index() -> ResponseReturnValue:
    """All votes, drafts included; no figures of those that hide them until they close."""
    votes = queries.list_votes(current_actor(), with_drafts=True)
    return render_template("votes/desk/index.html", votes=votes, kinds=KIND_NAMES)


@bp.route("/new", methods=["GET", "POST"])
@requires("votes.draft")
def new() -> ResponseReturnValue:
    """Begin a vote."""
    today = clock.today()
    start = {"opens_on": today, "closes_on": today + A_FORTNIGHT, "audience": "anyone", "kind": "stance"}
    form = _offer(VoteForm(data={**start, "results_shown": "after_closing", "asks_reason": True}))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            vote = commands.draft_vote(form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=vote.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("votes/desk/form.html", form=form, vote=None), form.status


@bp.get("/<public_id>")
@requires("votes.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One vote: its settings, its figures where anybody may see them, and what can be done with it."""
    return _page_of(public_id)


def _page_of(public_id: str, refused: str = "") -> str:
    shown = queries.show_vote(queries.get_vote(public_id), current_actor())
    return render_template(
        "votes/desk/show.html",
        shown=shown,
        form=PlainForm(),
        kinds=KIND_NAMES,
        advisory=ADVISORY,
        not_the_whole=NOT_THE_WHOLE,
        refused=refused,
    )


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("votes.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change a draft."""
    vote = queries.get_vote(public_id)
    if vote.status is not VoteStatus.DRAFT:
        raise Refused("公開した参考投票は変えられません（票の意味が変わるため）。")
    form = _offer(VoteForm(data=vote_values(vote, list(queries.list_options(vote)))))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.change_vote(vote, form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template("votes/desk/form.html", form=form, vote=vote), form.status


@bp.post("/<public_id>/publish")
@requires("votes.publish")
def publish(public_id: str) -> ResponseReturnValue:
    """Open a vote."""
    vote = queries.get_vote(public_id)
    try:
        with transaction():
            commands.publish_vote(vote, by=current_actor())
    except Refused as refusal:
        return _page_of(public_id, refusal.reason), 422
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/close")
@requires("votes.close")
def close(public_id: str) -> ResponseReturnValue:
    """Close a vote."""
    vote = queries.get_vote(public_id)
    with transaction():
        commands.close_vote(vote, by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


def _offer(form: VoteForm) -> VoteForm:
    return form.offer(queries.list_subject_choices(), queries.list_consultation_choices())
