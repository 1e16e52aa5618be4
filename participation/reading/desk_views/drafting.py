"""Staff pages of what a machine proposes: asking with consent, looking, deciding. Off unless a server was named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.errors import Conflict, Denied, Refused
from participation.jobs.models import RUN_STATUS_NAMES
from participation.reading import commands
from participation.reading.domain.asking import Server
from participation.reading.domain.drafting import (
    DRAFT_KIND_NAMES,
    DRAFT_STATUS_NAMES,
    MARK,
    DraftStatus,
    Estimate,
    estimate,
    read_numbers,
)
from participation.reading.forms.drafting import NOT_AGREED, QuestionForm
from participation.reading.models import MachineDraft, Topic
from participation.reading.queries import coverage, drafting, runs
from participation.reading.queries.drafting import Question
from participation.web.access import current_actor, requires
from participation.web.components import has_page
from participation.web.forms import Form
from participation.web.submissions import one_submission

bp = Blueprint("drafting_desk", __name__, url_prefix="/desk/machine-drafts")
#: Where the reply to a point is written.
WRITING = "replies_desk.point"
TO_MEND = "機械の下書きを、書きかけに入れました。確かめて直してから保存してください。"
OFF = "案をつくる機械は使っていません。使うときは、管理者がサーバーを決めます。"


def server() -> Server | None:
    """Return the server that the administrator named; None: none."""
    config = current_app.config
    if not config["LANGUAGE_MODEL_URL"]:
        return None
    return Server(
        config["LANGUAGE_MODEL_URL"],
        config["LANGUAGE_MODEL"],
        config["LANGUAGE_MODEL_KEY"],
        float(config["LANGUAGE_MODEL_SECONDS"]),
    )


@bp.get("")
@requires("reading.see_drafts")
def index() -> str:
    """List what was proposed, and whether anything can be asked."""
    return render_template(
        "reading/desk/drafts.html",
        drafts=drafting.list_drafts(),
        server=server(),
        kinds=DRAFT_KIND_NAMES,
        statuses=DRAFT_STATUS_NAMES,
        mark=MARK,
    )


@bp.get("/new")
@requires("reading.ask_machine")
def new() -> ResponseReturnValue:
    """Choose about which opinions what is to be proposed."""
    topic = _topic(request.args.get("topic", ""))
    asked = request.args.get("consultation", "")
    found = coverage.find_consultation(asked or (drafting.code_of(topic) if topic else ""))
    numbers = request.args.get("numbers", "")
    if topic is not None and found is not None and not numbers:
        numbers = ",".join(map(str, drafting.numbers_in_topic(topic, found.id)))
    form = QuestionForm(
        formdata=None,
        data={
            "consultation": found.code if found else "",
            "kind": request.args.get("kind", "summary"),
            "numbers": numbers,
            "topic": topic.public_id if topic else "",
            "point": request.args.get("point", "")[:16],
        },
    )
    return _form_page(form)


@bp.post("/new")
@requires("reading.ask_machine")
def ask() -> ResponseReturnValue:
    """Show what would be sent; sent again with consent to exactly that, have it asked."""
    form, named = QuestionForm().offer(coverage.list_heard_consultations()), server()
    if named is None or not form.validate_on_submit():
        return _form_page(form), 422
    try:
        question = _question(form)
    except Refused as refusal:
        form.refuse(refusal)
        return _form_page(form), 422
    cost = _estimate(question)
    if request.form.get("step") != "send":
        return _form_page(form, question, cost)
    if form.sha256.data != question.sha256:
        form.refuse(Refused("確かめたあとに、意見か条件が変わりました。送る内容をもう一度確かめてください。"))
        return _form_page(form, question, cost), 409
    if not form.agreed.data:
        form.refuse(Refused(NOT_AGREED, field="agreed"))
        return _form_page(form, question, cost), 422
    with one_submission(form) as sent:
        draft = commands.ask_machine(
            question, named.host, named.model, _consent(question, cost, form.chosen_point), by=current_actor()
        )
        sent.location = url_for(".show", public_id=draft.public_id)
    return sent.redirect() if sent.given else (_form_page(form, question, cost), 422)


@bp.get("/<public_id>")
@requires("reading.see_drafts")
def show(public_id: str) -> str:
    """One proposal: what was asked, what came back, what was found wrong, what was decided."""
    return _draft_page(public_id, Form(formdata=None))


@bp.post("/<public_id>/decide")
@requires("reading.decide_draft")
def decide(public_id: str) -> ResponseReturnValue:
    """Take a proposal up, or not."""
    form = Form()
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                draft, by = drafting.get_draft(public_id), current_actor()
                if request.form.get("do") == "adopt":
                    commands.adopt_draft(draft, by=by)
                else:
                    commands.discard_draft(draft, by=by)
                goes_on = _where_to_go_on(draft)
                sent.location = goes_on or url_for(".show", public_id=public_id)
            if sent.given:
                flash(TO_MEND if goes_on else "決めたことを記録しました。", "success")
                return sent.redirect()
        except (Conflict, Denied) as refusal:
            form.refuse(Refused(refusal.reason))
            return _draft_page(public_id, form), 409 if isinstance(refusal, Conflict) else 403
    return _draft_page(public_id, form), 422


def _where_to_go_on(draft: MachineDraft) -> str:
    """Return the address at which a draft that was taken up is written on; empty: nowhere."""
    if draft.status is not DraftStatus.ADOPTED or not draft.point or not has_page(WRITING):
        return ""
    return url_for(WRITING, public_id=draft.point, _anchor="reply")


def _question(form: QuestionForm) -> Question:
    consultation = coverage.find_consultation(form.consultation.data)
    if consultation is None:
        raise Refused("案件を選んでください。", field="consultation")
    return drafting.question_of(
        consultation, form.chosen_kind, read_numbers(form.numbers.data), _topic(form.topic.data or "")
    )


def _topic(public_id: str) -> Topic | None:
    return runs.get_topic(public_id) if public_id else None


def _estimate(question: Question) -> Estimate:
    config = current_app.config
    return estimate(
        question.kind,
        question.messages,
        yen_per_million=config["LANGUAGE_MODEL_YEN"],
        tokens_per_second=config["LANGUAGE_MODEL_SPEED"],
    )


def _consent(question: Question, cost: Estimate, point: str) -> dict[str, Any]:
    """What somebody agreed to, as it is kept; with the point (論点) for whose reply it is, if for one."""
    return ({"point": point} if point else {}) | {
        "opinions": len(question.given),
        "covered": question.covered,
        "orders": question.orders,
        "tokens": cost.tokens_in + cost.tokens_out,
        "yen": cost.yen,
        "seconds": cost.seconds,
    }


def _form_page(form: QuestionForm, question: Question | None = None, cost: Estimate | None = None) -> str:
    form.offer(coverage.list_heard_consultations())
    if question is not None:
        form.sha256.data = question.sha256
    return render_template(
        "reading/desk/draft_new.html",
        form=form,
        server=server(),
        question=question,
        cost=cost,
        off=OFF,
        mark=MARK,
    )


def _draft_page(public_id: str, form: Form) -> str:
    return render_template(
        "reading/desk/draft.html",
        shown=drafting.show_draft(public_id),
        form=form,
        kinds=DRAFT_KIND_NAMES,
        statuses=DRAFT_STATUS_NAMES,
        run_names=RUN_STATUS_NAMES,
        mark=MARK,
    )
