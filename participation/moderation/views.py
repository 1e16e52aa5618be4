"""Pages of moderation for residents: the rules, their monthly tally, reporting, objecting."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.contributions import queries as contributions
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.moderation import commands, queries
from participation.moderation.forms import AppealForm, ReportForm
from participation.web.access import current_actor, public, requires, signed_in
from participation.web.page_cache import kept_for_everybody
from participation.web.submissions import Answer, one_submission

bp = Blueprint("moderation", __name__)


@bp.get("/rules")
@public
@kept_for_everybody
def rules() -> str:
    """Show the rules of the discussion."""
    return render_template("moderation/rules.html", clauses=queries.list_clauses())


@bp.get("/rules/tally")
@public
@kept_for_everybody
def tally() -> str:
    """Show how often which clause was applied, month by month."""
    return render_template(
        "moderation/tally.html", months=queries.list_tally(), clauses=queries.list_clauses()
    )


@bp.route("/voices/<public_id>/report", methods=["GET", "POST"])
@requires("moderation.report")
def report(public_id: str) -> Response | tuple[str, int]:
    """Tell the ward that a post breaks a rule."""
    said, actor = contributions.get_contribution(public_id), current_actor()
    if not contributions.may_read(actor, said):
        raise NotFound
    form, answer = ReportForm(), Answer()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                commands.report(said, form.chosen(), form.note.data, by=actor)
                answer.location = url_for(".reported")
        except Denied as denied:
            form.refuse(Refused(denied.reason))
    if answer.given:
        return answer.redirect()
    closed = access.can(actor, "moderation.report", said).reason
    return render_template("moderation/report.html", form=form, said=said, closed=closed), form.status


@bp.get("/voices/reported")
@public
def reported() -> str:
    """Say that the report was received and what happens now."""
    return render_template("moderation/reported.html")


@bp.route("/my/decisions/<public_id>", methods=["GET", "POST"])
@signed_in
def own_decision(public_id: str) -> Response | tuple[str, int]:
    """Show the author what was decided about their words, and let them object."""
    actor = current_actor()
    decision = queries.get_own_decision(public_id, actor.person_id)
    form, answer = AppealForm(), Answer()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                commands.appeal(queries.get_decision(public_id), form.body.data, by=actor)
                answer.location = url_for(".own_decision", public_id=public_id)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    if answer.given:
        return answer.redirect()
    return render_template("moderation/own_decision.html", form=form, decision=decision), form.status
