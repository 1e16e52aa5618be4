"""Staff pages of proposals."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.proposals import commands, queries
from participation.proposals.domain import PARTS, stages
from participation.proposals.forms import AdvanceForm
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission

bp = Blueprint("proposals_desk", __name__, url_prefix="/desk/proposals")


@bp.get("")
@requires("proposals.read_desk")
def index() -> ResponseReturnValue:
    """Submitted proposals, the newest first, of one stage or all."""
    stage = request.args.get("stage", "")
    found = queries.list_proposals(
        current_actor(),
        stage=stage,
        newest_first=True,
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    return render_template("proposals/desk/index.html", found=found, stages=stages(), stage=stage)


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires("proposals.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One proposal, and the form that moves it to another stage."""
    proposal = queries.get_submitted(public_id)
    actor = current_actor()
    if request.method == "POST":
        # Who was slower gets their words back, also when they could not have been taken as they are.
        access.require(actor, "proposals.advance", proposal)
    form = AdvanceForm(data={"section": actor.section_id or 0})
    form.offer(proposal.stage, queries.list_sections())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.advance_proposal(
                proposal, form.stage.data, form.reason.data, form.section.data or None, by=actor
            )
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    page = queries.show_proposal(proposal, actor)
    return render_template("proposals/desk/show.html", page=page, parts=PARTS, form=form), form.status
