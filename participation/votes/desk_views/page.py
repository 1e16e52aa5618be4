"""The list of votes at the desk, and the page of one."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participation.votes import queries
from participation.votes.domain import (
    ADVISORY,
    AUDIENCE_NAMES,
    BY_IDENTIFIER,
    KEEPING_NAMES,
    KIND_NAMES,
    NOT_THE_WHOLE,
)
from participation.votes.domain.rules import RULE_NAMES
from participation.votes.forms import PlainForm, SeedForm, ballot_form
from participation.web.access import current_actor, requires

bp = Blueprint("votes_desk", __name__, url_prefix="/desk/votes")


@bp.get("")
@requires("votes.read_desk")
def index() -> ResponseReturnValue:
    """All votes, drafts included; no figures of those that hide them until they close."""
    votes = queries.list_votes(current_actor(), with_drafts=True)
    return render_template("votes/desk/index.html", votes=votes, kinds=KIND_NAMES)


@bp.get("/<public_id>")
@requires("votes.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One vote: its settings, its figures where anybody may see them, and what can be done with it."""
    return page_of(public_id)


@bp.get("/<public_id>/preview")
@requires("votes.read_desk")
def preview(public_id: str) -> ResponseReturnValue:
    """Show the ballot of a vote as its voters see it; nothing can be sent."""
    vote = queries.get_vote(public_id)
    form = ballot_form(vote, queries.paper_for(vote))
    shown = queries.show_vote(vote, None, current_actor())
    return render_template("votes/desk/preview.html", vote=vote, form=form, shown=shown)


def page_of(public_id: str, refused: str = "", seed_form: SeedForm | None = None) -> str:
    """Return the page of a vote, with what was refused."""
    vote = queries.get_vote(public_id)
    shown = queries.show_vote(vote, None, current_actor())
    is_closed = queries.is_told(vote)
    return render_template(
        "votes/desk/show.html",
        shown=shown,
        form=PlainForm(),
        seed_form=seed_form or SeedForm(),
        kinds=KIND_NAMES,
        audience=AUDIENCE_NAMES[vote.audience],
        keeping=KEEPING_NAMES[vote.keeping],
        rule=RULE_NAMES[vote.rule],
        electors=queries.count_electors(vote) if vote.audience in BY_IDENTIFIER else None,
        counted=queries.count_closed(vote) if is_closed else None,
        advisory=ADVISORY,
        not_the_whole=NOT_THE_WHOLE,
        refused=refused,
    )
