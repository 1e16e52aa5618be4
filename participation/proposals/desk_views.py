"""Staff pages of proposals."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.organisations.queries import list_section_choices
from participation.proposals import commands, queries
from participation.proposals.domain import ALL_PARTS, VERDICT_NAMES, Verdict, stages
from participation.proposals.forms import AdvanceForm, NoteForm, ReviewForm
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
    return render_template(
        "proposals/desk/index.html",
        found=found,
        stages=stages(),
        stage=stage,
        flags=queries.count_open_flags(),
    )


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires("proposals.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One proposal, and the form that moves it to another stage."""
    actor = current_actor()
    page = queries.show_submitted(public_id, actor)
    proposal = page.proposal
    if request.method == "POST":
        # Who was slower gets their words back, also when they could not have been taken as they are.
        access.require(actor, "proposals.advance", proposal)
    form = AdvanceForm(data={"section": actor.section_id or 0})
    form.offer(proposal.stage, list_section_choices())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.advance_proposal(
                proposal, form.stage.data, form.reason.data, form.section.data or None, by=actor
            )
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    if request.method == "POST":  # Somebody else may have been faster.
        page = queries.show_proposal(proposal, actor)
    shown = render_template(
        "proposals/desk/show.html", page=page, parts=ALL_PARTS, form=form, verdict_names=VERDICT_NAMES
    )
    return shown, form.status


@bp.route("/<public_id>/review", methods=["GET", "POST"])
@requires("proposals.review")
def review(public_id: str) -> ResponseReturnValue:
    """Say how a proposal stands under one published criterion."""
    proposal, actor = queries.get_submitted(public_id), current_actor()
    if request.method == "POST":
        access.require(actor, "proposals.review", proposal)
    form = ReviewForm(data={"section": actor.section_id or 0, "criterion": request.args.get("criterion", "")})
    form.offer(list_section_choices())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.review_criterion(
                proposal,
                form.criterion.data,
                Verdict(form.verdict.data),
                form.reason.data,
                form.section.data or None,
                by=actor,
            )
            sent.location = url_for(".show", public_id=public_id, _anchor="review")
        if sent.given:
            return sent.redirect()
    page = render_template(
        "proposals/desk/review.html",
        proposal=proposal,
        form=form,
        lines=queries.list_records(proposal).reviews,
        verdict_names=VERDICT_NAMES,
        decision=access.can(actor, "proposals.review", proposal),
    )
    return page, form.status


@bp.get("/endorsements")
@requires("proposals.look_at_flag")
def flags() -> ResponseReturnValue:
    """Endorsements that came from one place in a short time, by new accounts; none of them is taken away."""
    return render_template("proposals/desk/flags.html", lines=queries.list_flags())


@bp.route("/endorsements/<int:flag_id>", methods=["GET", "POST"])
@requires("proposals.look_at_flag")
def flag(flag_id: int) -> ResponseReturnValue:
    """Note what was found of flagged endorsements."""
    found = queries.get_flag(flag_id)
    line = next(each for each in queries.list_flags() if each.flag.id == found.id)
    form = NoteForm(data={"note": found.note})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.look_at_flag(found, form.note.data, by=current_actor())
            sent.location = url_for(".flags")
        if sent.given:
            return sent.redirect()
    return render_template("proposals/desk/flag.html", line=line, form=form), form.status
