"""Publishing one reply or a whole result, at once or planned; taking a reply back."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for

from participation.consultations.domain import STATUS_NAMES as CONSULTATION_STATUS_NAMES
from participation.consultations.domain import ConsultationStatus
from participation.consultations.queries import get_consultation
from participation.foundation.db import transaction
from participation.papers.files import FORM_NAMES
from participation.papers.files import Form as PaperForm
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do, point_page
from participation.replies.forms import PlanForm, PublishForm, ResultsForm, WithdrawForm
from participation.replies.queries import plans, readiness
from participation.replies.queries.report import get_report
from participation.replies.queries.result_paper import result_paper
from participation.web.access import current_actor, requires
from participation.web.forms import Form
from participation.web.paper_files import private_paper


@bp.post("/points/<public_id>/publish")
@requires("replies.publish_reply")
def publish(public_id: str) -> Any:
    """Publish one reply."""
    form = PublishForm()
    return do(
        form,
        public_id,
        lambda: commands.publish_reply(
            public_id, correction_note=form.correction_note.data or "", by=current_actor()
        ),
    ) or point_page(public_id, publish_form=form)


@bp.post("/points/<public_id>/withdraw")
@requires("replies.withdraw_reply")
def withdraw(public_id: str) -> Any:
    """Take a published reply back."""
    form = WithdrawForm()
    return do(
        form,
        public_id,
        lambda: commands.withdraw_reply(
            public_id, form.reason.data or "", along=bool(form.along.data), by=current_actor()
        ),
    ) or point_page(public_id, withdraw_form=form)


@bp.get("/publish")
@requires("replies.read")
def publications() -> str:
    """Show the consultations with what waits to be published."""
    return render_template(
        "replies/desk/publications.html",
        lines=readiness.list_publications(),
        status_names=CONSULTATION_STATUS_NAMES,
    )


@bp.get("/publish/<code>")
@requires("replies.read")
def publication(code: str) -> Any:
    """Show what is still to be done before a result is published."""
    return _publication_page(code, None)


@bp.post("/publish/<code>")
@requires("replies.publish_results")
def publish_results(code: str) -> Any:
    """Publish a consultation's result."""
    form = ResultsForm()
    return do(
        form,
        "",
        lambda: commands.publish_results(
            code, is_interim=form.kind.data == "interim", note=form.note.data or "", by=current_actor()
        ),
        location=url_for(".publication", code=code),
    ) or _publication_page(code, form)


@bp.get("/publish/<code>/preview.<any(html,pdf,docx,xlsx,csv,txt):form>")
@requires("replies.preview_results")
def preview(code: str, form: str) -> Any:
    """Give the result as it stands before its publication, marked 公表前; the look is recorded."""
    config = current_app.config
    paper = result_paper(
        get_report(code, is_preview=True), issuer=config["SITE"]["ward"], site=config["PUBLIC_URL"]
    )
    with transaction():
        commands.note_preview(code, form, by=current_actor())
    return private_paper(paper, PaperForm(form))


@bp.post("/publish/<code>/plan")
@requires("replies.plan_results")
def plan_results(code: str) -> Any:
    """Plan to publish a result at a set time."""
    form = PlanForm()
    return do(
        form,
        "",
        lambda: commands.plan_results(
            code,
            form.publish_at(),
            is_interim=form.plan_kind.data == "interim",
            note=form.plan_note.data or "",
            by=current_actor(),
        ),
        location=url_for(".publication", code=code),
    ) or _publication_page(code, None, plan_form=form)


@bp.post("/publish/<code>/plan/<public_id>/confirm")
@requires("replies.confirm_plan")
def confirm_plan(code: str, public_id: str) -> Any:
    """Confirm a plan as the second person."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.confirm_plan(public_id, by=current_actor()),
        location=url_for(".publication", code=code),
    ) or _publication_page(code, None)


@bp.post("/publish/<code>/plan/<public_id>/cancel")
@requires("replies.cancel_plan")
def cancel_plan(code: str, public_id: str) -> Any:
    """Take a plan back."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.cancel_plan(public_id, by=current_actor()),
        location=url_for(".publication", code=code),
    ) or _publication_page(code, None)


def _publication_page(code: str, to_mend: ResultsForm | None, plan_form: PlanForm | None = None) -> Any:
    consultation = get_consultation(code)
    ready = readiness.of_consultation(consultation.id)
    is_closed = consultation.status is ConsultationStatus.CLOSED_PREPARING
    kind = "final" if is_closed and ready.is_final_ready else "interim"
    form = plan_form or to_mend or ResultsForm(formdata=None, kind=kind)
    return render_template(
        "replies/desk/publication.html",
        consultation=consultation,
        ready=ready,
        status_name=CONSULTATION_STATUS_NAMES[consultation.status],
        form=form,
        publish_form=to_mend or ResultsForm(formdata=None, kind=kind),
        plan_form=plan_form or PlanForm(formdata=None, plan_kind=kind),
        plan=plans.find_at_desk(consultation.id),
        person_id=current_actor().person_id,
        forms=[
            (name, url_for(".preview", code=code, form=each.value), purpose)
            for each, (name, purpose) in FORM_NAMES.items()
        ],
    ), form.status
