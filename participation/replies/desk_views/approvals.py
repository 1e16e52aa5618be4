"""Deciding on a reply (決裁): what waits, and exactly one version to decide on."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from participation.foundation.errors import Conflict
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do
from participation.replies.domain import ReplyStatus, difference
from participation.replies.forms import ApproveForm, SendBackForm
from participation.replies.queries import references, working
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number


@bp.get("/approvals")
@requires("replies.read")
def approvals() -> str:
    """Show what waits for a decision, and what waits to be published."""
    actor = current_actor()
    return render_template(
        "replies/desk/approvals.html",
        waiting=working.list_waiting(actor),
        decided=working.list_waiting(actor, ReplyStatus.APPROVED),
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
    try:
        done = do(
            form,
            public_id,
            lambda: commands.approve_reply(public_id, form.approval(), by=current_actor()),
            location=url_for(".approvals"),
        )
    except Conflict as conflict:
        return _approval_page(public_id, form.number, conflict=conflict.reason)
    return done or _approval_page(public_id, form.number, approve_form=form)


@bp.post("/approvals/<public_id>/send-back")
@requires("replies.send_back")
def send_back(public_id: str) -> Any:
    """Send the version that was seen back."""
    form = SendBackForm()
    try:
        done = do(
            form,
            public_id,
            lambda: commands.send_back(public_id, form.number, form.mend.data or "", by=current_actor()),
            location=url_for(".approvals"),
        )
    except Conflict as conflict:
        return _approval_page(public_id, form.number, conflict=conflict.reason)
    return done or _approval_page(public_id, form.number, back_form=form)


def _approval_page(
    public_id: str,
    number: int,
    *,
    conflict: str = "",
    approve_form: ApproveForm | None = None,
    back_form: SendBackForm | None = None,
) -> Any:
    shown = working.get_approval_page(public_id, current_actor(), number or None)
    newest = shown.page.latest
    to_mend = approve_form or back_form
    reference = shown.version.reference
    page = render_template(
        "replies/desk/approval.html",
        shown=shown,
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
        ),
        back_form=back_form or SendBackForm(formdata=None, version_number=str(shown.version.number)),
    )
    return page, 409 if conflict else to_mend.status if to_mend else 200
