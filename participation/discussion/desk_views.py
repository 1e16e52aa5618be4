"""Pages of the discussion for staff: ending discussions, and taking them up again."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.discussion import commands, queries
from participation.discussion.forms import CloseForm, ConfirmForm
from participation.foundation.paging import Edge
from participation.subjects.domain import path_of
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("discussion_desk", __name__, url_prefix="/desk/talk")


@bp.get("")
@requires("discussion.close")
def index() -> str:
    """List the discussions, the one written in latest first."""
    is_closed = request.args.get("state") == "closed"
    edge = Edge(request.args.get("after"), request.args.get("before"))
    return render_template(
        "discussion/desk/index.html",
        is_closed=is_closed,
        threads=queries.list_desk_threads(is_closed, edge, current_actor()),
    )


@bp.get("/<public_id>")
@requires("discussion.close")
def show(public_id: str) -> str:
    """Show one discussion, with what can be done about it."""
    return _page(public_id, CloseForm())


@bp.post("/<public_id>/close")
@requires("discussion.close")
def close(public_id: str) -> Response | tuple[str, int]:
    """End a discussion; its page says why."""
    form = CloseForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            thread, _ = queries.get_thread(public_id, current_actor())
            commands.close_thread(thread, form.reason.data, by=current_actor())
            answer.location = url_for(".show", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return _page(public_id, form), form.status


@bp.post("/<public_id>/reopen")
@requires("discussion.reopen")
def reopen(public_id: str) -> Response | tuple[str, int]:
    """Take a discussion up again."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            thread, _ = queries.get_thread(public_id, current_actor())
            commands.reopen_thread(thread, by=current_actor())
            answer.location = url_for(".show", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return _page(public_id, CloseForm(formdata=None)), form.status


def _page(public_id: str, form: CloseForm) -> str:
    head = queries.get_head(public_id, current_actor())
    return render_template(
        "discussion/desk/show.html",
        thread=head,
        subject_path=path_of(head.subject_kind, head.subject_reference),
        form=form,
        reopen_form=ConfirmForm(formdata=None),
    )
