"""All votes, and the page of each."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.votes import queries
from participation.votes.domain import ADVISORY
from participation.votes.views.page import bp, form_of, vote_page
from participation.web import page_cache
from participation.web.access import current_actor, public
from participation.web.page_cache import cached_for_guests


@bp.get("/votes")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """All votes, those that take ballots first."""
    votes = queries.list_votes(current_actor())
    for shown in votes:
        page_cache.expires(shown.changes_at)
    return render_template("votes/index.html", votes=votes, advisory=ADVISORY)


@bp.get("/votes/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """The question, the reader's own ballot, and the figures where they may be seen."""
    vote = queries.get_public_vote(public_id)
    own = queries.find_own_ballot(vote, current_actor())
    values = {"reason": own.reason} if own else None
    return vote_page(
        vote, form_of(vote, values=values, content=own.content if own else ""), own=own, has_looked=True
    )
