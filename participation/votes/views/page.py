"""The page of one vote, as every way that leads to it shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.votes import queries
from participation.votes.domain import (
    ADVISORY,
    AUDIENCE_NAMES,
    BY_CONFIRMATION,
    KEEPING_NAMES,
    KIND_NAMES,
    NOT_THE_WHOLE,
    Audience,
    Keeping,
)
from participation.votes.domain.marking import in_lines
from participation.votes.domain.rules import RULE_NAMES
from participation.votes.domain.tie_breaking import HOW_TIES_ARE_DECIDED
from participation.votes.domain.turnout import FEWEST_SECRET
from participation.votes.forms import BallotForm, ballot_form, ballot_values
from participation.votes.models import Vote
from participation.web.access import current_actor

bp = Blueprint("votes", __name__)


def form_of(
    vote: Vote, *, values: Mapping[str, Any] | None = None, content: str = "", changing: bool = False
) -> BallotForm:
    """Return the form in which the reader writes a ballot of this vote."""
    paper, actor = queries.paper_for(vote), current_actor()
    organisations = queries.list_own_organisations(actor) if vote.audience is Audience.ORGANISATION else ()
    if content:
        values = {**ballot_values(paper, content), **(values or {})}
    return ballot_form(vote, paper, organisations=organisations, values=values, changing=changing)


def vote_page(
    vote: Vote,
    form: BallotForm,
    *,
    own: queries.OwnBallot | None = None,
    has_looked: bool = False,
    closed: str = "",
    status: int | None = None,
) -> ResponseReturnValue:
    """Show a vote: the ballot while it is open, the result afterwards.

    `has_looked`: whether the caller looked for the reader's own ballot already.
    """
    actor = current_actor()
    mine = own if own is not None or has_looked else queries.find_own_ballot(vote, actor)
    shown = queries.show_vote(vote, mine, actor)
    is_closed = queries.is_told(vote)
    rendered = render_template(
        "votes/show.html",
        shown=shown,
        form=form,
        own=own,
        own_lines=in_lines(form.paper, own.content) if own else (),
        has_voted=mine is not None
        or (vote.keeping is Keeping.SECRET and queries.has_taken_part(vote, actor)),
        closed=closed,
        reasons=queries.list_reasons(vote, actor) if vote.asks_reason else (),
        decision=access.can(actor, "votes.cast", vote),
        missing=queries.missing_for(vote, actor),
        is_by_confirmation=vote.audience in BY_CONFIRMATION,
        advisory=ADVISORY,
        not_the_whole=NOT_THE_WHOLE,
        counted=queries.count_closed(vote, voters=shown.total) if is_closed else None,
        turnout=queries.turnout_of(vote) if is_closed else None,
        origins=queries.list_origins(vote) if is_closed else (),
        heads=queries.list_heads(vote),
        fewest_secret=FEWEST_SECRET,
        how_ties=HOW_TIES_ARE_DECIDED,
        audience=AUDIENCE_NAMES[vote.audience],
        keeping=KEEPING_NAMES[vote.keeping],
        kind=KIND_NAMES[vote.kind],
        rule=RULE_NAMES[vote.rule],
    )
    return rendered, status or (409 if closed else form.status)
