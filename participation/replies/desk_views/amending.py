"""Putting published amendments into a plan: what waits, every sentence that would change, the next version."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from participation.foundation.errors import Conflict, NotFound, Refused
from participation.plans.domain.tree import STAGE_NAMES
from participation.replies import commands
from participation.replies.desk_views.working_page import bp
from participation.replies.forms import NextVersionForm
from participation.replies.queries import changes
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.get("/amendments")
@requires("replies.read")
def plans_with_amendments() -> str:
    """List the plans that opinions change."""
    return render_template("replies/desk/amended_plans.html", lines=changes.list_plans_with_amendments())


@bp.get("/amendments/<plan>")
@requires("replies.read")
def next_version(plan: str) -> Any:
    """Show every sentence that the waiting amendments would change; ticking leaves some out."""
    chosen = request.args.getlist("amendment")[:500]
    return _page(plan, chosen or None)


@bp.post("/amendments/<plan>")
@requires("replies.make_version")
def make_version(plan: str) -> Any:
    """Make the next version of what was looked at."""
    form = NextVersionForm()
    chosen = request.form.getlist("amendment")[:500]
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                version = commands.make_version(plan, form.draft(chosen), by=current_actor())
                answer.location = url_for("plans_desk.compare", plan=plan, number=version.number)
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(Refused(refusal.reason))
        except Conflict as conflict:
            return _page(plan, chosen, form, conflict=conflict.reason)
    return _page(plan, chosen, form)


def _page(
    plan: str, chosen: list[str] | None, form: NextVersionForm | None = None, conflict: str = ""
) -> Any:
    found = changes.next_version(plan, chosen)
    if found is None:
        raise NotFound("この計画には、まだ版がありません。")
    if chosen is None and found.misfits:
        # What cannot be put in is left out at first, and said so.
        bad = {each.text.public_id for each, _ in found.misfits}
        good = [each.text.public_id for each in found.chosen if each.text.public_id not in bad]
        shown = changes.next_version(plan, good) if good else found
        assert shown is not None
    else:
        shown = found
    given = form or NextVersionForm(formdata=None, stage=shown.base.stage.value)
    given.seal.data = shown.seal
    page = render_template(
        "replies/desk/next_version.html",
        found=shown,
        refused=found.misfits,
        ticked={each.text.public_id for each in shown.chosen},
        stage_names=STAGE_NAMES,
        conflict=conflict,
        form=given,
    )
    return page, 409 if conflict else form.status if form else 200
