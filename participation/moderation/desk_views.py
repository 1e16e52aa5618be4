"""Pages of moderation for staff: what waits, deciding, objections, the record of decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.contributions import queries as contributions
from participation.contributions.domain import CONCERN_NAMES, ConcernKind, marked
from participation.contributions.models import Contribution
from participation.discussion import queries as discussion
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.moderation import commands, queries
from participation.moderation.domain import DecisionKind
from participation.moderation.forms import (
    AnswerAppealForm,
    ConcernForm,
    DecideForm,
    DecideRedactionForm,
    LiftForm,
    LookForm,
    RedactForm,
)
from participation.subjects.domain import path_of
from participation.web.access import current_actor, requires
from participation.web.forms import Form
from participation.web.submissions import Answer, one_submission

bp = Blueprint("moderation_desk", __name__, url_prefix="/desk/moderation")


@bp.get("")
@requires("moderation.see")
def index() -> str:
    """List what waits for a decision, oldest first, and open objections."""
    counts = queries.count_concerns()
    return render_template(
        "moderation/desk/index.html",
        cases=queries.list_cases(_edge()),
        appeals=queries.list_open_appeals(),
        proposals=queries.list_proposals(),
        case_count=queries.count_cases(),
        concern_count=sum(counts.values()),
        cry_count=counts[ConcernKind.CRY_FOR_HELP],
    )


@bp.get("/decisions")
@requires("moderation.see")
def decisions() -> str:
    """Show the record of all decisions, newest first."""
    return render_template("moderation/desk/decisions.html", decisions=queries.list_decisions(_edge()))


@bp.get("/concerns")
@requires("moderation.see")
def concerns() -> str:
    """List what needs care (要注意), one queue at a time, oldest first."""
    asked = request.args.get("kind", "")
    kind = ConcernKind(asked) if asked in set(ConcernKind) else ConcernKind.CRY_FOR_HELP
    return render_template(
        "moderation/desk/concerns.html",
        kind=kind,
        counts=queries.count_concerns(),
        names=CONCERN_NAMES,
        concerns=queries.list_concerns(kind, _edge()),
        case_count=queries.count_cases(),
    )


@bp.post("/concerns/<public_id>")
@requires("moderation.settle_concern")
def settle(public_id: str) -> Response | tuple[str, int]:
    """Send the author the prepared words, or say that nothing is needed."""
    form, answer = ConcernForm(), Answer()
    said_id = queries.said_of(queries.get_concern(public_id)).public_id
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                noted, actor = queries.get_concern(public_id), current_actor()
                if request.form.get("do") == "send":
                    commands.send_guidance(noted, form.text.data, by=actor)
                else:
                    commands.settle_concern(noted, by=actor)
                answer.location = url_for(".show", public_id=said_id)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    return answer.redirect() if answer.given else _case_page(said_id, concern_form=form)


@bp.route("/<public_id>/redact", methods=["GET", "POST"])
@requires("moderation.propose_redaction")
def redact(public_id: str) -> Response | tuple[str, int]:
    """Choose what is to be covered, look at the result, propose it."""
    file = queries.get_redact_file(public_id)
    found = [each.value for each in file.candidates]
    data = {"passages": found, "revision": str(file.revision)}
    form = RedactForm(data=data).offer(file)
    answer, preview = Answer(), None
    if form.validate_on_submit():
        try:
            chosen, preview = form.coverings(file), form.preview(file)
            if request.form.get("do") == "propose":
                with one_submission(form) as answer:
                    said = contributions.get_contribution(public_id)
                    commands.propose_redaction(said, chosen, form.seen_revision, by=current_actor())
                    answer.location = url_for(".show", public_id=public_id)
        except Refused as refusal:
            form.refuse(refusal)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    if answer.given:
        return answer.redirect()
    page = render_template(
        "moderation/desk/redact.html",
        form=form,
        file=file,
        preview=preview,
        parts=marked(file.texts[file.revision]),
        denied=access.can(
            current_actor(), "moderation.propose_redaction", contributions.get_contribution(public_id)
        ).reason,
    )
    return page, form.status if form.errors else 200


@bp.post("/<public_id>/redaction")
@requires("moderation.decide_redaction")
def decide_redaction(public_id: str) -> Response | tuple[str, int]:
    """Confirm what another person proposes to cover, or refuse it."""
    form = DecideRedactionForm()

    def decide(said: Contribution) -> None:
        if request.form.get("do") == "confirm":
            commands.confirm_redaction(said, shows=form.shows.data, by=current_actor())
        else:
            commands.refuse_redaction(said, form.refusal.data, by=current_actor())

    return _send(public_id, form, decide) or _case_page(public_id, decide_form=form)


@bp.post("/<public_id>/lift")
@requires("moderation.lift_redaction")
def lift(public_id: str) -> Response | tuple[str, int]:
    """Let covered words stand again."""
    form = LiftForm()

    def put_back(said: Contribution) -> None:
        commands.lift_redaction(said, form.lift_reason.data, by=current_actor())

    return _send(public_id, form, put_back) or _case_page(public_id, lift_form=form)


@bp.post("/<public_id>/look")
@requires("moderation.look_at_redacted")
def look(public_id: str) -> Response | tuple[str, int]:
    """Show the words under the ■; the look and its reason are recorded."""
    form, words = LookForm(), None
    if form.validate_on_submit():
        with transaction():
            said = contributions.get_contribution(public_id)
            words = commands.look_at_redacted(said, form.look_reason.data, by=current_actor())
    return _case_page(public_id, look_form=form, words=words)


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires("moderation.see")
def show(public_id: str) -> Response | tuple[str, int]:
    """Show one contribution with its surroundings, and decide about it."""
    form = DecideForm()
    return _send(public_id, form, lambda said: _decide(said, form)) or _case_page(public_id, form)


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


def _send(public_id: str, form: Form, act: Callable[[Contribution], None]) -> Response | None:
    """Do what a form of the case's page asks for, once; None if it is shown again with the reason."""
    answer = Answer()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                act(contributions.get_contribution(public_id))
                answer.location = url_for(".show", public_id=public_id)
        except (Conflict, Denied) as error:
            form.refuse(Refused(error.reason))
            answer.given = False
    return answer.redirect() if answer.given else None


def _case_page(
    public_id: str,
    form: DecideForm | None = None,
    *,
    decide_form: DecideRedactionForm | None = None,
    lift_form: LiftForm | None = None,
    look_form: LookForm | None = None,
    concern_form: ConcernForm | None = None,
    words: Sequence[str] | None = None,
) -> tuple[str, int]:
    """Show the case; of its forms, the one that was sent keeps what was typed and says what to mend."""
    file, actor = queries.get_case(public_id), current_actor()
    said = file.said
    sent = form or decide_form or lift_form or look_form or concern_form
    proposers = file.proposal.proposer_ids if file.proposal else frozenset()
    page = render_template(
        "moderation/desk/show.html",
        sent=sent,
        form=form or DecideForm(formdata=None),
        decide_form=decide_form or DecideRedactionForm(formdata=None),
        lift_form=lift_form or LiftForm(formdata=None),
        look_form=look_form or LookForm(formdata=None),
        concern_forms={
            each.public_id: ConcernForm(formdata=None, data={"text": each.answer}).for_concern(each.public_id)
            for each in file.concerns
        },
        words=words,
        file=file,
        context=discussion.find_context(said.id),
        subject_path=path_of(file.subject_kind, file.subject_reference),
        denied=access.can(actor, "moderation.hide", said).reason,
        may_decide=access.can(actor, "moderation.decide_redaction", said, proposers),
        may_lift=access.can(actor, "moderation.lift_redaction", said, file.coverer_ids),
    )
    return page, sent.status if sent and sent.errors else 200


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


def _edge() -> Edge:
    return Edge(after=request.args.get("after"), before=request.args.get("before"))
