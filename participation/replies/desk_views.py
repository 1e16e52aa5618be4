"""Pages for staff: the board of points, the working page of one, decisions, publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request, url_for

from participation.consultations.domain import STATUS_NAMES as CONSULTATION_STATUS_NAMES
from participation.consultations.domain import ConsultationStatus
from participation.consultations.queries import get_consultation
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict
from participation.foundation.paging import Edge
from participation.organisations.queries import list_sections
from participation.papers.files import FORM_NAMES
from participation.papers.files import Form as PaperForm
from participation.plans.queries import list_on_page_of
from participation.replies import commands
from participation.replies.domain import STATUS_NAMES, ReplyStatus, difference
from participation.replies.forms import (
    AmendmentForm,
    ApproveForm,
    AssignForm,
    BoardFilterForm,
    MergeForm,
    PlanForm,
    PointForm,
    PublishForm,
    ReplyForm,
    ResultsForm,
    SendBackForm,
    SplitForm,
    VersionForm,
    WithdrawForm,
)
from participation.replies.queries import plans, readiness, rows, working
from participation.replies.queries.report import get_report
from participation.replies.queries.result_paper import result_paper
from participation.web.access import can, current_actor, requires
from participation.web.forms import Form, whole_number
from participation.web.paper_files import private_paper
from participation.web.submissions import one_submission

bp = Blueprint("replies_desk", __name__, url_prefix="/desk")


@bp.get("/points")
@requires("replies.read")
def points() -> str:
    """Show the board of points."""
    chosen = working.BoardFilter(
        consultation=request.args.get("consultation", "")[:60],
        status=request.args.get("status", ""),
        section=request.args.get("section", "")[:40],
        mine=request.args.get("mine") in ("1", "y"),
        text=request.args.get("text", "")[:100].strip(),
    )
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    actor = current_actor()
    form = BoardFilterForm(
        formdata=None,
        consultation=chosen.consultation,
        section=chosen.section,
        text=chosen.text,
        mine=chosen.mine,
    )
    form.section.choices = [("", "すべて"), *_sections()]
    form.consultation.choices = [
        ("", "すべて"),
        *((line.code, line.title) for line in readiness.list_publications()),
    ]
    return render_template(
        "replies/desk/points.html",
        filter=form,
        board=working.board(chosen, actor, edge),
        counts=working.count_by_status(chosen, actor),
        chosen=chosen,
        status_names=STATUS_NAMES,
    )


@bp.get("/points/<public_id>")
@requires("replies.read")
def point(public_id: str) -> Any:
    """Show the working page of a point."""
    return _page(public_id)


@bp.post("/points/<public_id>/title")
@requires("replies.retitle_point")
def retitle(public_id: str) -> Any:
    """Change title and 要旨."""
    form = PointForm()
    return _do(
        form,
        public_id,
        lambda: commands.retitle_point(
            public_id, form.title.data or "", form.summary.data or "", by=current_actor()
        ),
    ) or _page(public_id, point_form=form)


@bp.post("/points/<public_id>/section")
@requires("replies.assign_section")
def assign(public_id: str) -> Any:
    """Say who answers, and by when."""
    form = AssignForm().offer(_sections())
    return _do(
        form,
        public_id,
        lambda: commands.assign_section(
            public_id,
            form.section.data or None,
            cooperating=form.cooperating.data or [],
            due_on=form.due_on.data,
            by=current_actor(),
        ),
    ) or _page(public_id, assign_form=form)


@bp.post("/points/<public_id>/members/remove")
@requires("replies.remove_from_point")
def remove_members(public_id: str) -> Any:
    """Take the ticked opinions out."""
    form = Form()
    ticked = request.form.getlist("opinion")[:500]
    return _do(
        form, public_id, lambda: commands.remove_from_point(public_id, ticked, by=current_actor())
    ) or _page(public_id, members_form=form)


@bp.post("/points/<public_id>/members/split")
@requires("replies.split_point")
def split(public_id: str) -> Any:
    """Make a point of the ticked opinions."""
    form = SplitForm()
    ticked = request.form.getlist("opinion")[:500]
    return _do(
        form,
        public_id,
        lambda: (
            commands.split_point(
                public_id, ticked, form.new_title.data or "", form.new_summary.data or "", by=current_actor()
            ).public_id
        ),
    ) or _page(public_id, members_form=form)


@bp.post("/points/<public_id>/merge")
@requires("replies.merge_points")
def merge(public_id: str) -> Any:
    """Put all opinions into another point of the consultation, by its number."""
    form = MergeForm()

    def act() -> str:
        target = working.get_by_number(public_id, form.into.data or 0)
        return commands.merge_points(public_id, target.public_id, by=current_actor()).public_id

    return _do(form, public_id, act) or _page(public_id, merge_form=form)


@bp.post("/points/<public_id>/reply")
@requires("replies.draft_reply")
def draft(public_id: str) -> Any:
    """Keep the reply as a new version; whoever was second sees both texts."""
    form = _reply_form(public_id)
    try:
        done = _do(form, public_id, lambda: commands.draft_reply(public_id, form.draft(), by=current_actor()))
    except Conflict as conflict:
        return _show_both(public_id, form, conflict)
    return done or _page(public_id, reply_form=form)


@bp.post("/points/<public_id>/draft")
@requires("replies.keep_draft")
def keep(public_id: str) -> Any:
    """Keep unfinished words (saved by itself while writing)."""
    form = _reply_form(public_id)
    form.validate()
    with transaction():
        commands.keep_draft(public_id, form.draft(), by=current_actor())
    return jsonify(saved=True)


@bp.post("/points/<public_id>/amendments")
@requires("replies.record_amendment")
def record_amendment(public_id: str) -> Any:
    """Record a change of the plan."""
    form = AmendmentForm().offer(_places(rows.get_point(public_id).subject_id))
    return _do(
        form,
        public_id,
        lambda: commands.record_amendment(public_id, form.draft(), by=current_actor()),
    ) or _page(public_id, amendment_form=form)


@bp.post("/points/<public_id>/amendments/<amendment_id>/remove")
@requires("replies.remove_amendment")
def remove_amendment(public_id: str, amendment_id: str) -> Any:
    """Take an amendment out of the draft."""
    form = Form()
    return _do(
        form,
        public_id,
        lambda: commands.remove_amendment(public_id, amendment_id, by=current_actor()),
    ) or _page(public_id, amendment_form=form)


@bp.post("/points/<public_id>/submit")
@requires("replies.submit_for_approval")
def submit(public_id: str) -> Any:
    """Hand the newest version on to the approvers."""
    form = VersionForm()
    return _do(
        form,
        public_id,
        lambda: commands.submit_for_approval(public_id, form.number, by=current_actor()),
    ) or _page(public_id, submit_form=form)


@bp.get("/points/<public_id>/versions")
@requires("replies.read")
def versions(public_id: str) -> str:
    """Show what changed between two versions."""
    old = whole_number(request.args.get("old"), least=1, most=10**6, default=1)
    new = whole_number(request.args.get("new"), least=1, most=10**6, default=1)
    shown, parts = working.get_difference(public_id, old, new, current_actor())
    return render_template("replies/desk/versions.html", page=shown, parts=parts, old=old, new=new)


@bp.post("/points/<public_id>/publish")
@requires("replies.publish_reply")
def publish(public_id: str) -> Any:
    """Publish one reply."""
    form = PublishForm()
    return _do(
        form,
        public_id,
        lambda: commands.publish_reply(
            public_id, correction_note=form.correction_note.data or "", by=current_actor()
        ),
    ) or _page(public_id, publish_form=form)


@bp.post("/points/<public_id>/withdraw")
@requires("replies.withdraw_reply")
def withdraw(public_id: str) -> Any:
    """Take a published reply back."""
    form = WithdrawForm()
    return _do(
        form,
        public_id,
        lambda: commands.withdraw_reply(public_id, form.reason.data or "", by=current_actor()),
    ) or _page(public_id, withdraw_form=form)


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
        done = _do(
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
        done = _do(
            form,
            public_id,
            lambda: commands.send_back(public_id, form.number, form.mend.data or "", by=current_actor()),
            location=url_for(".approvals"),
        )
    except Conflict as conflict:
        return _approval_page(public_id, form.number, conflict=conflict.reason)
    return done or _approval_page(public_id, form.number, back_form=form)


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
    return _do(
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
    return _do(
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
    return _do(
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
    return _do(
        form,
        "",
        lambda: commands.cancel_plan(public_id, by=current_actor()),
        location=url_for(".publication", code=code),
    ) or _publication_page(code, None)


def _do(form: Form, public_id: str, act: Callable[[], object], *, location: str | None = None) -> Any:
    """Do what a form asks for, once; None when something must be mended."""
    if not form.validate_on_submit():
        return None
    with one_submission(form) as answer:
        led_to = act()
        elsewhere = led_to if isinstance(led_to, str) else public_id
        answer.location = location or url_for(".point", public_id=elsewhere)
    return answer.redirect() if answer.given else None


def _page(
    public_id: str,
    *,
    status: int = 0,
    conflict: str = "",
    both: list[tuple[str, str]] | None = None,
    **forms: Form,
) -> Any:
    """The working page; `forms` are the ones to be mended."""
    actor = current_actor()
    shown = working.get_point_page(public_id, actor)
    to_mend = next(iter(forms.values()), None)
    given: dict[str, Any] = {
        "point_form": PointForm(formdata=None, obj=shown.point),
        "assign_form": AssignForm(
            formdata=None,
            section=shown.section_code,
            cooperating=[each.code for each in shown.cooperating],
            due_on=shown.point.due_on,
        ).offer([(each.code, each.name) for each in shown.sections]),
        "members_form": SplitForm(formdata=None),
        "merge_form": MergeForm(formdata=None),
        "reply_form": _fresh_reply_form(shown),
        "amendment_form": AmendmentForm(formdata=None).offer(shown.places),
        "submit_form": VersionForm(
            formdata=None, version_number=str(shown.latest.number if shown.latest else 0)
        ),
        "publish_form": PublishForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
    }
    given.update({name: form for name, form in forms.items() if isinstance(form, type(given[name]))})
    page = render_template(
        "replies/desk/point.html",
        page=shown,
        like=working.like_replies(shown.point),
        may_write=can("replies.draft_reply", shown.belongs_to),
        form=to_mend,
        conflict=conflict,
        both=both or [],
        **given,
    )
    return page, status or (to_mend.status if to_mend is not None else 200)


def _show_both(public_id: str, form: ReplyForm, conflict: Conflict) -> Any:
    """Show what was typed beside what another person saved; saving again is then a decision."""
    shown = working.get_point_page(public_id, current_actor())
    latest = shown.latest
    saved = latest.body if latest else ""
    form.based_on.data = str(latest.number if latest else 0)
    both = difference(saved, form.body.data or "")
    return _page(public_id, status=409, reply_form=form, conflict=conflict.reason, both=both)


def _reply_form(public_id: str) -> ReplyForm:
    consultation = rows.consultation_of(rows.get_point(public_id))
    return ReplyForm().offer(_dispositions(consultation.disposition_scheme))


def _fresh_reply_form(shown: working.PointPage) -> ReplyForm:
    latest, kept = shown.latest, shown.kept
    number = latest.number if latest else 0
    words = kept if kept is not None and kept.based_on == number else latest
    return ReplyForm(
        formdata=None,
        based_on=str(number),
        body=words.body if words else "",
        supplement=words.supplement if words else "",
        disposition=latest.disposition_code if latest else "",
        same_as=latest.same_as_number if latest else None,
    ).offer(_dispositions(shown.consultation.disposition_scheme))


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
    page = render_template(
        "replies/desk/approval.html",
        shown=shown,
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


def _sections() -> list[tuple[str, str]]:
    return [(section.code, section.name) for section in list_sections()]


def _dispositions(scheme: str) -> list[tuple[str, str]]:
    return [(each.code, f"{each.symbol} {each.label}") for each in rows.list_dispositions(scheme)]


def _places(subject_id: int) -> list[tuple[str, str]]:
    """The places that an amendment of a point may change: the page on which the point's subject stands."""
    return [(ref.subject_public_id, ref.name) for ref in list_on_page_of(subject_id)]
