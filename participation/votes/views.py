"""Public pages of votes."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.errors import Conflict
from participation.votes import commands, queries
from participation.votes.domain import ADVISORY, NOT_THE_WHOLE
from participation.votes.domain.counting import support
from participation.votes.domain.files import write_own, write_preflib
from participation.votes.domain.tie_breaking import HOW_TIES_ARE_DECIDED
from participation.votes.forms import BallotForm
from participation.votes.models import Vote
from participation.web import page_cache
from participation.web.access import current_actor, public
from participation.web.csv_files import as_text, csv_response
from participation.web.downloads import attachment_header
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission

bp = Blueprint("votes", __name__)


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
    values = {"choice": own.code, "reason": own.reason} if own else {}
    return _page(vote, BallotForm(data=values), own=own)


@bp.post("/votes/<public_id>")
@public
def cast(public_id: str) -> ResponseReturnValue:
    """Take a ballot."""
    vote = queries.get_public_vote(public_id)
    form = BallotForm()
    if not form.validate_on_submit():
        return _page(vote, form)
    try:
        with one_submission(form) as sent:
            commands.cast_ballot(vote, form.choice.data, reason=form.given_reason, by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
    except Conflict as refusal:
        return _page(vote, form, closed=refusal.reason)
    return sent.redirect() if sent.given else _page(vote, form)


@bp.get("/votes/<public_id>/result.<any(csv,json,cat):ending>")
@public
def result_file(public_id: str, ending: str) -> ResponseReturnValue:
    """Give the result of a closed vote as a file: a table, our own ballots, or PrefLib for researchers."""
    vote = queries.get_public_vote(public_id)
    election = queries.election_of(queries.show_vote(vote, current_actor()))
    name = f"参考投票-{public_id}.{ending}"
    if ending == "csv":
        counts = support(election)
        rows = [(option.code, option.name, int(counts[at])) for at, option in enumerate(election.options)]
        return csv_response(name, as_text(("記号", "選択肢", "票数"), rows))
    text = write_own(election) if ending == "json" else write_preflib(election)[1]
    response = make_response(text)
    response.headers["Content-Type"] = "application/json" if ending == "json" else "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = attachment_header(name, f"vote-{public_id}.{ending}")
    return response


def _page(
    vote: Vote, form: BallotForm, *, own: queries.OwnBallot | None = None, closed: str = ""
) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.show_vote(vote, actor)
    rendered = render_template(
        "votes/show.html",
        shown=shown,
        form=form.offer(shown),
        own=own,
        closed=closed,
        reasons=queries.list_reasons(vote, actor) if vote.asks_reason else (),
        decision=access.can(actor, "votes.cast", vote),
        advisory=ADVISORY,
        not_the_whole=NOT_THE_WHOLE,
        counted=queries.count_closed(shown),
        how_ties=HOW_TIES_ARE_DECIDED,
    )
    return rendered, 409 if closed else form.status
