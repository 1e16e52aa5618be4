"""Deciding on a reply (決裁): what waits, and exactly one version to decide on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from flask import render_template, request, url_for

from participation.foundation.errors import Conflict
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do
from participation.replies.domain import ReplyStatus, difference
from participation.replies.forms import ApproveForm, NumberForm, SendBackForm, SubmitForm, VersionForm
from participation.replies.policies import SectionsOfPoint
from participation.replies.queries import deciding, one_point, references, routing
from participation.web.access import current_actor, requires
from participation.web.forms import Form, whole_number


@bp.get("/approvals")
@requires("replies.read")
def approvals() -> str:
    """Show what waits for a decision, and what waits to be published."""
    actor = current_actor()
    turns: dict[str, list[routing.OpenTurn]] = {}
    for turn in routing.list_open_turns(actor):
        turns.setdefault(turn.point_public_id, []).append(turn)
    return render_template(
        "replies/desk/approvals.html",
        waiting=deciding.list_waiting(actor),
        decided=deciding.list_waiting(actor, ReplyStatus.APPROVED),
        turns=turns,
    )


@bp.get("/approvals/<public_id>")
@requires("replies.read")
def approval(public_id: str) -> Any:
    """Show exactly one version, to decide on it."""
    return _approval_page(
        public_id, whole_number(request.args.get("version"), least=0, most=10**6, default=0)
    )


@bp.post("/approvals/<public_id>")
@requires("replies.approve_reply")
def approve(public_id: str) -> Any:
    """Decide on the version that was seen; if there is a newer one, show the difference instead."""
    form = ApproveForm()
    return _decide(
        public_id,
        form,
        lambda: commands.approve_reply(public_id, form.approval(), by=current_actor()),
        approve_form=form,
    )


@bp.post("/approvals/<public_id>/send-back")
@requires("replies.send_back")
def send_back(public_id: str) -> Any:
    """Send the version that was seen back."""
    form = SendBackForm()
    return _decide(
        public_id,
        form,
        lambda: commands.send_back(
            public_id, form.number, form.mend.data or "", to_step=form.position, by=current_actor()
        ),
        back_form=form,
    )


@bp.get("/points/<public_id>/hand-on")
@requires("replies.submit_for_approval")
def hand_on(public_id: str) -> str:
    """Show the routes over which a reply may be handed on."""
    page = one_point.get_written_point(public_id, current_actor())
    number = str(page.latest.number if page.latest else 0)
    form = SubmitForm(formdata=None, version_number=number)
    return render_template(
        "replies/desk/hand_on.html", page=page, form=form.offer(*routing.choices_for(page.point.section_id))
    )


@bp.post("/approvals/<public_id>/steps/<step>")
@requires("replies.approve_step")
def approve_step(public_id: str, step: str) -> Any:
    """Pass the step of a post on the version that was seen."""
    form = ApproveForm()
    return _decide(
        public_id,
        form,
        lambda: commands.approve_step(public_id, step, form.approval(), by=current_actor()),
        approve_form=form,
    )


@bp.post("/approvals/<public_id>/steps/<step>/return")
@requires("replies.return_step")
def return_step(public_id: str, step: str) -> Any:
    """Send the version that was seen back from the step of a post."""
    form = SendBackForm()
    return _decide(
        public_id,
        form,
        lambda: commands.return_step(
            public_id, step, form.number, form.mend.data or "", to_step=form.position, by=current_actor()
        ),
        back_form=form,
    )


@bp.post("/approvals/<public_id>/recall")
@requires("replies.recall")
def recall(public_id: str) -> Any:
    """Take a reply back before it was decided on."""
    form = Form()
    try:
        done = do(form, public_id, lambda: commands.recall(public_id, by=current_actor()))
    except Conflict as conflict:
        return _approval_page(public_id, 0, conflict=conflict.reason)
    return done or _approval_page(public_id, 0)


@bp.post("/approvals/<public_id>/number")
@requires("replies.record_number")
def record_number(public_id: str) -> Any:
    """Write the number of the ward's document system in."""
    form = NumberForm()
    return do(
        form,
        public_id,
        lambda: commands.record_decision_number(
            public_id,
            form.later_number.data or "",
            cast(date, form.later_decided_on.data),
            by=current_actor(),
        ),
        location=url_for(".approval", public_id=public_id),
    ) or _approval_page(public_id, 0, number_form=form)


def _decide(public_id: str, form: VersionForm, act: Callable[[], object], **to_mend: Any) -> Any:
    """Do something with the version that was seen; where something came between, show that instead."""
    try:
        done = do(form, public_id, act, location=url_for(".approvals"))
    except Conflict as conflict:
        return _approval_page(public_id, form.number, conflict=conflict.reason)
    return done or _approval_page(public_id, form.number, **to_mend)


def _approval_page(
    public_id: str,
    number: int,
    *,
    conflict: str = "",
    approve_form: ApproveForm | None = None,
    back_form: SendBackForm | None = None,
    number_form: NumberForm | None = None,
) -> Any:
    actor = current_actor()
    shown = deciding.get_approval_page(public_id, actor, number or None)
    point, newest, reply = shown.page.point, shown.page.latest, shown.page.reply
    run = routing.find_run_view(reply, shown.version.number, point.status, actor) if reply else None
    to_mend = approve_form or back_form or number_form
    reference = shown.version.reference
    page = render_template(
        "replies/desk/approval.html",
        shown=shown,
        run=run,
        reference=reference,
        warning=references.warning_about(reference, shown.version.made_at) if reference else "",
        conflict=conflict,
        newer=difference(shown.version.whole_text, newest.whole_text)
        if newest and not shown.is_newest
        else [],
        form=to_mend,
        approve_form=approve_form
        or ApproveForm(
            formdata=None,
            version_number=str(shown.version.number),
            content_hash=shown.version.content_hash,
            step=run.mine.public_id if run and run.mine else "",
        ),
        back_form=(back_form or SendBackForm(formdata=None, version_number=str(shown.version.number))).offer(
            run.earlier_positions if run else []
        ),
        recall_form=Form(formdata=None),
        drafter_ids=frozenset({shown.version.author_id, run.started_by_id if run else None}) - {None},
        number_form=number_form or NumberForm(formdata=None),
        of_section=SectionsOfPoint(frozenset({point.section_id} if point.section_id else ())),
    )
    return page, 409 if conflict else to_mend.status if to_mend else 200
