"""Staff pages of finding: what is like an opinion, what was answered before, what is like nothing in a point."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.paging import Edge
from participation.jobs.models import RUN_STATUS_NAMES
from participation.reading import commands
from participation.reading.domain.finding import DEGREE_NAMES
from participation.reading.queries import coverage, finding
from participation.web.access import current_actor, requires
from participation.web.forms import Form
from participation.web.submissions import one_submission

bp = Blueprint("finding_desk", __name__, url_prefix="/desk/finding")


@bp.get("")
@requires("reading.find_alike")
def uncovered() -> str:
    """Show the opinions of a consultation that are in no point, those like nothing in a point first."""
    return _uncovered_page(request.args.get("consultation", ""), Form(formdata=None))


@bp.post("/compare")
@requires("reading.compare")
def compare() -> ResponseReturnValue:
    """Have them compared anew."""
    code, form = request.args.get("consultation", ""), Form()
    consultation = coverage.find_consultation(code)
    if consultation is not None and form.validate_on_submit():
        with one_submission(form) as sent:
            commands.ask_to_compare(consultation, by=current_actor())
            sent.location = url_for(".uncovered", consultation=consultation.code)
        if sent.given:
            return sent.redirect()
    return _uncovered_page(code, form), 422


@bp.post("/watch")
@requires("reading.watch")
def watch() -> ResponseReturnValue:
    """Hear by mail of new topics, or no longer."""
    code, form = request.args.get("consultation", ""), Form()
    consultation = coverage.find_consultation(code)
    if consultation is not None and form.validate_on_submit():
        with one_submission(form) as sent:
            commands.watch_topics(consultation, wants=request.form.get("do") == "watch", by=current_actor())
            sent.location = url_for(".uncovered", consultation=consultation.code)
        if sent.given:
            return sent.redirect()
    return _uncovered_page(code, form), 422


@bp.get("/opinions/<public_id>")
@requires("reading.find_alike")
def like(public_id: str) -> str:
    """Show what is like an opinion, and what was answered to such ones."""
    return render_template(
        "reading/desk/like.html", found=finding.find_like(public_id), degree_names=DEGREE_NAMES
    )


def _uncovered_page(code: str, form: Form) -> str:
    consultation = coverage.find_consultation(code)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "reading/desk/uncovered.html",
        consultation=consultation,
        consultations=coverage.list_heard_consultations(),
        page=finding.list_uncovered(consultation, edge) if consultation else None,
        is_watching=finding.is_watching(consultation, current_actor()) if consultation else False,
        degree_names=DEGREE_NAMES,
        status_names=RUN_STATUS_NAMES,
        form=form,
    )
