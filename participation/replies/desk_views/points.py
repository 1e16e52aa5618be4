"""The board of points, and gathering: who answers, which opinions, splitting and merging."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from participation.foundation.errors import Conflict
from participation.replies import commands
from participation.replies.desk_views.working_page import (
    asked_edge,
    bp,
    do,
    point_page,
    sections,
    show_both_words,
)
from participation.replies.domain import STATUS_NAMES
from participation.replies.forms import BoardFilterForm, MergeForm, PointForm, SplitForm
from participation.replies.queries import board, bundles, one_point, readiness
from participation.web.access import current_actor, requires
from participation.web.forms import Form


@bp.get("/points")
@requires("replies.read")
def points() -> str:
    """Show the board of points."""
    chosen = board.BoardFilter(
        consultation=request.args.get("consultation", "")[:60],
        status=request.args.get("status", ""),
        section=request.args.get("section", "")[:40],
        mine=request.args.get("mine") in ("1", "y"),
        text=request.args.get("text", "")[:100].strip(),
    )
    actor = current_actor()
    form = BoardFilterForm(
        formdata=None,
        consultation=chosen.consultation,
        section=chosen.section,
        text=chosen.text,
        mine=chosen.mine,
    )
    form.section.choices = [("", "すべて"), *sections()]
    lines = readiness.list_publications()
    form.consultation.choices = [("", "すべて"), *((line.code, line.title) for line in lines)]
    return render_template(
        "replies/desk/points.html",
        filter=form,
        board=board.board(chosen, actor, asked_edge()),
        counts=board.count_by_status(chosen, actor),
        chosen=chosen,
        status_names=STATUS_NAMES,
        to_gather=[line for line in lines if line.code == chosen.consultation or line.unassigned_count],
    )


@bp.get("/points/<public_id>")
@requires("replies.read")
def point(public_id: str) -> Any:
    """Show the working page of a point."""
    return point_page(public_id)


@bp.post("/points/<public_id>/title")
@requires("replies.retitle_point")
def retitle(public_id: str) -> Any:
    """Change title and 要旨; whoever was second sees both."""
    form = PointForm()
    title, summary = form.title.data or "", form.summary.data or ""
    try:
        done = do(
            form,
            public_id,
            lambda: commands.retitle_point(
                public_id, title, summary, seen=form.seen.data or None, by=current_actor()
            ),
        )
    except Conflict as conflict:
        return show_both_words(public_id, form, conflict)
    return done or point_page(public_id, point_form=form)


@bp.post("/points/<public_id>/members/remove")
@requires("replies.remove_from_point")
def remove_members(public_id: str) -> Any:
    """Take the ticked opinions out."""
    form = Form()
    ticked = bundles.opinions_ticked(request.form.getlist("opinion")[:500])
    edge = asked_edge()
    return do(
        form,
        public_id,
        lambda: commands.remove_from_point(public_id, ticked, by=current_actor()),
        # Whoever works through a long list goes on where they were.
        location=url_for(
            ".point", public_id=public_id, after=edge.after, before=edge.before, _anchor="members"
        ),
    ) or point_page(public_id, members_form=form)


@bp.post("/points/<public_id>/members/split")
@requires("replies.split_point")
def split(public_id: str) -> Any:
    """Make a point of the ticked opinions."""
    form = SplitForm()
    ticked = bundles.opinions_ticked(request.form.getlist("opinion")[:500])
    return do(
        form,
        public_id,
        lambda: (
            commands.split_point(
                public_id, ticked, form.new_title.data or "", form.new_summary.data or "", by=current_actor()
            ).public_id
        ),
    ) or point_page(public_id, members_form=form)


@bp.post("/points/<public_id>/merge")
@requires("replies.merge_points")
def merge(public_id: str) -> Any:
    """Put all opinions into another point of the consultation, by its number."""
    form = MergeForm()

    def act() -> str:
        target = one_point.get_by_number(public_id, form.into.data or 0)
        return commands.merge_points(public_id, target.public_id, by=current_actor()).public_id

    return do(form, public_id, act) or point_page(public_id, merge_form=form)
