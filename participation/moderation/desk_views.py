"""Pages of moderation for staff: what waits, deciding, objections, the record of decisions."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.contributions import queries as contributions
from participation.contributions.models import Contribution
from participation.discussion import queries as discussion
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.moderation import commands, queries
from participation.moderation.domain import DecisionKind
from participation.moderation.forms import AnswerAppealForm, DecideForm
from participation.subjects.domain import path_of
from participation.web.access import current_actor, requires
from participation.web.submissions import Answer, one_submission

bp = Blueprint("moderation_desk", __name__, url_prefix="/desk/moderation")


@bp.get("")
@requires("moderation.see")
def index() -> str:
    """List what waits for a decision, oldest first, and open objections."""
    return render_template(
        "moderation/desk/index.html",
        cases=queries.list_cases(_edge()),
        appeals=queries.list_open_appeals(),
        case_count=queries.count_cases(),
    )


@bp.get("/decisions")
@requires("moderation.see")
def decisions() -> str:
    """Show the record of all decisions, newest first."""
    return render_template("moderation/desk/decisions.html", decisions=queries.list_decisions(_edge()))


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires("moderation.see")
def show(public_id: str) -> Response | tuple[str, int]:
    """Show one contribution with its surroundings, and decide about it."""
    file = queries.get_case(public_id)
    form, answer = DecideForm(), Answer()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                _decide(contributions.get_contribution(public_id), form)
                answer.location = url_for(".show", public_id=public_id)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    if answer.given:
        return answer.redirect()
    page = render_template(
        "moderation/desk/show.html",
        form=form,
        file=file,
        context=discussion.find_context(file.contribution_id),
        subject_path=path_of(file.subject_kind, file.subject_reference),
        denied=_why_not(public_id),
    )
    return page, form.status


@bp.route("/appeals/<public_id>", methods=["GET", "POST"])
@requires("moderation.see")
def appeal(public_id: str) -> Response | tuple[str, int]:
    """Show an objection with everything it is about, and answer it."""
    file = queries.get_appeal_file(public_id)
    form, answer = AnswerAppealForm(), Answer()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                objection = queries.get_appeal(public_id)
                commands.answer_appeal(objection, form.chosen(), form.answer.data, by=current_actor())
                answer.location = url_for(".appeal", public_id=public_id)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    if answer.given:
        return answer.redirect()
    return render_template("moderation/desk/appeal.html", form=form, file=file), form.status


def _decide(said: Contribution, form: DecideForm) -> None:
    actor, kind, reason = current_actor(), DecisionKind(form.kind.data), form.reason.data
    if kind is DecisionKind.HIDE:
        clause = form.chosen()
        if clause is None:
            raise Refused("どのルールに反しているかを選んでください。", field="clause")
        commands.hide(said, clause, reason, by=actor)
    elif kind is DecisionKind.HOLD:
        commands.hold(said, reason, by=actor)
    elif kind is DecisionKind.RESTORE:
        commands.restore(said, reason, by=actor)
    else:
        commands.keep(said, reason, by=actor)


def _why_not(public_id: str) -> str:
    said = contributions.get_contribution(public_id)
    return access.can(current_actor(), "moderation.hide", said).reason


def _edge() -> Edge:
    return Edge(after=request.args.get("after"), before=request.args.get("before"))
