"""Who may vote by invitation or by a list: numbers are made or read here, and kept as hashes alone."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.foundation.ids import code as new_code
from participation.votes import commands, queries
from participation.votes.desk_views.page import bp
from participation.votes.domain.electorate import CODE_LENGTH, Listed, printed_code, read_list
from participation.votes.forms import ElectorsForm, InvitationsForm
from participation.votes.models import Vote
from participation.web.access import current_actor, requires
from participation.web.csv_files import as_text, csv_response
from participation.web.submissions import one_submission


@bp.get("/<public_id>/electorate")
@requires("votes.list_electors")
def electorate(public_id: str) -> ResponseReturnValue:
    """Say how many may vote, and offer to add to them while the vote is a draft."""
    return _page(queries.get_vote(public_id))


@bp.post("/<public_id>/electorate/list")
@requires("votes.list_electors")
def load_list(public_id: str) -> ResponseReturnValue:
    """Read a list; all of its lines or none."""
    vote, form = queries.get_vote(public_id), ElectorsForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.list_electors(vote, read_list(form.content(), queries.area_ids()), by=current_actor())
            sent.location = url_for(".electorate", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(vote, list_form=form), form.status


@bp.post("/<public_id>/electorate/invitations")
@requires("votes.list_electors")
def invite(public_id: str) -> ResponseReturnValue:
    """Make invitations and give their numbers as a file, once: only their hashes stay."""
    vote, form = queries.get_vote(public_id), InvitationsForm()
    if form.validate_on_submit():
        codes = [new_code(CODE_LENGTH) for _ in range(form.wanted)]
        try:
            with transaction():
                commands.list_electors(vote, [Listed(code) for code in codes], by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            rows = [(number, printed_code(code)) for number, code in enumerate(codes, start=1)]
            return csv_response(f"招待の番号-{public_id}.csv", as_text(("通し番号", "招待の番号"), rows))
    return _page(vote, invitations_form=form), form.status


def _page(
    vote: Vote, *, list_form: ElectorsForm | None = None, invitations_form: InvitationsForm | None = None
) -> str:
    return render_template(
        "votes/desk/electorate.html",
        vote=vote,
        count=queries.count_electors(vote),
        list_form=list_form or ElectorsForm(),
        invitations_form=invitations_form or InvitationsForm(),
        has_errors=bool((list_form and list_form.errors) or (invitations_form and invitations_form.errors)),
    )
