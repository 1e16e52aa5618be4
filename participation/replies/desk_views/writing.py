"""Writing a reply: its versions, unfinished words, the changes of the plan that it brings."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

from participation.foundation.db import transaction
from participation.foundation.errors import Conflict
from participation.replies import commands
from participation.replies.desk_views.working_page import Help, asked_edge, bp, do, offer, places, point_page
from participation.replies.domain import Clash, clashes
from participation.replies.forms import AmendmentForm, ReplyForm, SubmitForm
from participation.replies.queries import deciding, one_point, rows
from participation.web.access import current_actor, requires
from participation.web.forms import Form, whole_number


@bp.post("/points/<public_id>/reply")
@requires("replies.draft_reply")
def draft(public_id: str) -> Any:
    """Keep the reply as a new version; whoever was second sees both texts."""
    form = read_reply_form(public_id)
    try:
        done = do(form, public_id, lambda: commands.draft_reply(public_id, form.draft(), by=current_actor()))
    except Conflict as conflict:
        return show_both(public_id, form, conflict.reason)
    return done or point_page(public_id, reply_form=form)


@bp.post("/points/<public_id>/draft")
@requires("replies.keep_draft")
def keep(public_id: str) -> Any:
    """Keep unfinished words (saved by itself while writing)."""
    form = read_reply_form(public_id)
    form.validate()
    with transaction():
        commands.keep_draft(public_id, form.draft(), by=current_actor())
    return jsonify(saved=True)


@bp.post("/points/<public_id>/amendments")
@requires("replies.record_amendment")
def record_amendment(public_id: str) -> Any:
    """Record a change of the plan."""
    form = AmendmentForm().offer(places(rows.get_point(public_id).subject_id))
    return do(
        form,
        public_id,
        lambda: commands.record_amendment(public_id, form.draft(), by=current_actor()),
    ) or point_page(public_id, amendment_form=form)


@bp.post("/points/<public_id>/amendments/<amendment_id>/remove")
@requires("replies.remove_amendment")
def remove_amendment(public_id: str, amendment_id: str) -> Any:
    """Take an amendment out of the draft."""
    form = Form()
    return do(
        form,
        public_id,
        lambda: commands.remove_amendment(public_id, amendment_id, by=current_actor()),
    ) or point_page(public_id, amendment_form=form)


@bp.post("/points/<public_id>/submit")
@requires("replies.submit_for_approval")
def submit(public_id: str) -> Any:
    """Hand the newest version on to the approvers."""
    form = SubmitForm()
    return do(
        form,
        public_id,
        lambda: commands.submit_for_approval(
            public_id, form.number, route=form.route.data, by=current_actor()
        ),
    ) or point_page(public_id, submit_form=form)


@bp.get("/points/<public_id>/versions")
@requires("replies.read")
def versions(public_id: str) -> str:
    """Show what changed between two versions."""
    old = whole_number(request.args.get("old"), least=1, most=10**6, default=1)
    new = whole_number(request.args.get("new"), least=1, most=10**6, default=1)
    shown, parts = deciding.get_difference(public_id, old, new, current_actor())
    return render_template("replies/desk/versions.html", page=shown, parts=parts, old=old, new=new)


@bp.get("/points/<public_id>/history")
@requires("replies.read")
def history(public_id: str) -> str:
    """Show everything that happened to a point and its reply."""
    shown, lines = one_point.get_history_page(public_id, current_actor(), asked_edge())
    return render_template("replies/desk/history.html", page=shown, lines=lines)


def show_both(public_id: str, form: ReplyForm, reason: str, *, status: int = 409) -> Any:
    """Show what was typed beside what another person saved, part by part; saving again is then a decision."""
    latest = one_point.get_written_point(public_id, current_actor()).latest
    form.based_on.data = str(latest.number if latest else 0)
    helped = Help(conflict=reason, clashing="reply_form", clashes=_differing(form, latest))
    return point_page(public_id, status=status, helped=helped, reply_form=form)


def _differing(form: ReplyForm, latest: one_point.VersionLine | None) -> list[Clash]:
    same_as = latest.same_as_number if latest else None
    return clashes(
        [
            (form.body.label.text, latest.body if latest else "", form.body.data or ""),
            (
                form.disposition.label.text,
                latest.disposition if latest else "",
                form.labels.get(form.disposition.data or "", ""),
            ),
            (
                "考え方が同じ論点",
                f"No.{same_as}" if same_as is not None else "",
                f"No.{form.same_as.data}" if form.same_as.data is not None else "",
            ),
            (form.supplement.label.text, latest.supplement if latest else "", form.supplement.data or ""),
            (form.easy.label.text, latest.easy if latest else "", form.easy.data or ""),
            (form.child.label.text, latest.child if latest else "", form.child.data or ""),
        ]
    )


def read_reply_form(public_id: str) -> ReplyForm:
    """Return the reply as it was sent, with what may be chosen in it."""
    point = rows.get_point(public_id)
    return offer(ReplyForm(), rows.consultation_of(point), rows.sections_of(point).section_ids)
