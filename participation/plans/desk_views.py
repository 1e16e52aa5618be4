"""Pages of plans for staff: taking documents in, publishing versions, opening nodes, wording summaries."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.plans import commands, queries
from participation.plans.domain.tree import Unreadable
from participation.plans.forms import (
    CLOSE,
    NEW_PLAN,
    NOW,
    OPEN,
    ConfirmForm,
    PlainForm,
    SummaryForm,
    UploadForm,
)
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission

bp = Blueprint("plans_desk", __name__, url_prefix="/desk/plans")

MOST_LINES_SHOWN = 1500


@bp.get("/")
@requires("plans.read_desk")
def index() -> str:
    """List the plans and the uploads that wait to be confirmed."""
    return render_template(
        "plans/desk/index.html",
        cards=queries.list_plans(with_unpublished=True),
        drafts=queries.list_drafts(),
    )


@bp.route("/import", methods=["GET", "POST"])
@requires("plans.keep_draft")
def upload() -> Response | tuple[str, int]:
    """Upload a document; what was understood is shown before anything is changed."""
    form = UploadForm()
    cards = queries.list_plans(with_unpublished=True)
    form.plan.choices = [(NEW_PLAN, "新しい計画"), *((card.plan.slug, card.plan.title) for card in cards)]
    if request.method == "GET":
        form.plan.data = request.args.get("plan", NEW_PLAN)
    if form.validate_on_submit():
        kept = form.draft(form.document.data.read())
        try:
            plan = queries.find_plan(kept.slug)
            kept.read(plan_title=plan.title if plan is not None else "")
        except Unreadable as refused:
            return render_template("plans/desk/upload.html", form=form, problems=refused.problems), 422
        with one_submission(form) as answer:
            draft = commands.keep_draft(kept, by=current_actor())
            answer.location = url_for(".preview", public_id=draft.public_id)
        if answer.given:
            return answer.redirect()
    return render_template("plans/desk/upload.html", form=form, problems=()), form.status


@bp.get("/drafts/<public_id>")
@requires("plans.keep_draft")
def preview(public_id: str) -> str:
    """Show what a waiting document would become."""
    return _preview_page(public_id, ConfirmForm())


@bp.post("/drafts/<public_id>")
@requires("plans.import")
def confirm(public_id: str) -> Response | tuple[str, int]:
    """Take a waiting document in, whole or not at all."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            shown = queries.preview_draft(public_id)
            if shown.tree is None:
                raise Refused("この文書は読み取れません。直してから、もう一度アップロードしてください。")
            by = current_actor()
            report = commands.import_plan(shown.tree, home_ward=current_app.config["WARD"], by=by)
            if form.publish.data == NOW and report.version is not None:
                commands.publish_version(report.version, by=by)
                commands.link_related(report.plan, by=by)
            commands.discard_draft(shown.draft, by=by)
            answer.location = url_for(".show", plan=report.plan.slug)
        if answer.given:
            return answer.redirect()
    return _preview_page(public_id, form), form.status


def _preview_page(public_id: str, form: ConfirmForm) -> str:
    shown = queries.preview_draft(public_id)
    placed = shown.tree.placed() if shown.tree is not None else ()
    return render_template(
        "plans/desk/preview.html",
        shown=shown,
        rows=placed[:MOST_LINES_SHOWN],
        row_count=len(placed),
        level_names={level.code: level.name for level in shown.tree.levels} if shown.tree else {},
        form=form,
        discard_form=PlainForm(formdata=None),
    )


@bp.post("/drafts/<public_id>/discard")
@requires("plans.discard_draft")
def discard(public_id: str) -> Response:
    """Throw an upload away."""
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            commands.discard_draft(queries.get_draft(public_id), by=current_actor())
    return redirect(url_for(".index"), 303)


@bp.get("/<plan>")
@requires("plans.read_desk")
def show(plan: str) -> str:
    """Show a plan with its versions and what of it is open for talk."""
    return render_template(
        "plans/desk/show.html",
        plan=queries.get_plan(plan),
        versions=queries.list_versions(plan, with_unpublished=True),
        listed=queries.list_desk_nodes(plan, _page_number()),
        form=PlainForm(formdata=None),
    )


def _page_number() -> int:
    return whole_number(request.args.get("page"), least=1, most=10**4, default=1)


@bp.post("/<plan>/versions/<int:number>/publish")
@requires("plans.publish")
def publish(plan: str, number: int) -> Response:
    """Publish a version."""
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            version = queries.get_version(plan, number, with_unpublished=True)
            commands.publish_version(version, by=current_actor())
            commands.link_related(queries.get_plan(plan), by=current_actor())
    return redirect(url_for(".show", plan=plan), 303)


@bp.get("/<plan>/versions/<int:number>")
@requires("plans.read_desk")
def compare(plan: str, number: int) -> str:
    """Show what a version changes, before it is published too."""
    page = queries.get_version_difference(plan, number - 1, number, with_unpublished=True)
    return render_template("plans/desk/compare.html", page=page)


@bp.post("/<plan>/talk")
@requires("plans.open_node")
def talk(plan: str) -> Response:
    """Open or close the ticked nodes for talk."""
    form = PlainForm()
    change = {OPEN: commands.open_node, CLOSE: commands.close_node}.get(request.form.get("change", ""))
    if form.validate_on_submit() and change is not None:
        with transaction():
            for node in queries.list_ticked_nodes(plan, request.form.getlist("code")):
                change(node, by=current_actor())
    return redirect(url_for(".show", plan=plan, page=request.args.get("page"), _anchor="nodes"), 303)


@bp.route("/<plan>/<code>/summary", methods=["GET", "POST"])
@requires("plans.edit_summary")
def summary(plan: str, code: str) -> Response | tuple[str, int]:
    """Word the plain summary of a node."""
    form = SummaryForm()
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                node = queries.get_node(plan, code)
                commands.edit_summary(
                    node, form.summary.data or "", seen_revision=form.revision(), by=current_actor()
                )
                answer.location = url_for(".show", plan=plan)
            if answer.given:
                return answer.redirect()
        except Conflict as conflict:
            # What was typed stays in the field; the colleague's wording is shown beside it.
            form.refuse(Refused(conflict.reason, field="summary"))
            page = queries.get_node_page(plan, code)
            form.seen_revision.data = str(page.node.summary_revision)
            return render_template(
                "plans/desk/summary.html", page=page, form=form, theirs=page.node.summary
            ), 409
    page = queries.get_node_page(plan, code)
    if request.method == "GET":
        form.summary.data = page.node.summary
        form.seen_revision.data = str(page.node.summary_revision)
    return render_template("plans/desk/summary.html", page=page, form=form, theirs=None), form.status
