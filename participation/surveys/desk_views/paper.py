"""Paper on the desk: what the sheets say, how far the forms are, one form with its scans."""

from __future__ import annotations

import base64
from pathlib import Path

import segno
from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import files
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound
from participation.foundation.file_kinds import MEDIA_TYPES, SHOWN
from participation.surveys import commands, queries
from participation.surveys.commands.paper import SCANS
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import ORIGIN_NAMES
from participation.surveys.domain.paper_entry import PAPER_STATUS_NAMES, PaperStatus
from participation.surveys.forms.paper import (
    ReasonForm,
    ScansForm,
    paper_settings_form,
    uploads_of,
)
from participation.surveys.models import PaperForm, Survey
from participation.web.access import current_actor, requires
from participation.web.addresses import full_url
from participation.web.downloads import download_header, locked_up
from participation.web.forms import whole_number
from participation.web.submissions import one_submission

STATUS_KINDS = {
    PaperStatus.WAITING: "wait",
    PaperStatus.DIFFERING: "danger",
    PaperStatus.ASKING: "work",
    PaperStatus.COUNTED: "done",
    PaperStatus.LATE: "stop",
    PaperStatus.DUPLICATE: "stop",
    PaperStatus.WITHDRAWN: "stop",
}


@bp.get("/<public_id>/paper")
@requires("surveys.read_desk")
def paper(public_id: str) -> ResponseReturnValue:
    """The sheets to print, and how far the forms are that came back."""
    survey = queries.get_survey(public_id)
    wish = request.args.get("status", "")
    status = next((each for each in PaperStatus if each.value == wish), None)
    after = whole_number(request.args.get("after"), least=0, most=10**9, default=0)
    rows = queries.list_paper_forms(survey, status, after=after)
    return render_template(
        "surveys/desk/paper.html",
        survey=survey,
        says=queries.show_paper_settings(survey),
        counts=queries.count_paper_forms(survey),
        rows=rows,
        status=status,
        after=rows[-1].id if len(rows) == queries.FORMS_ON_A_PAGE else None,
        names=PAPER_STATUS_NAMES,
        origins=ORIGIN_NAMES,
        next_to_check=queries.find_next_to_check(survey, current_actor().person_id),
    )


@bp.route("/<public_id>/paper/settings", methods=["GET", "POST"])
@requires("surveys.set_paper")
def paper_settings(public_id: str) -> ResponseReturnValue:
    """What the sheets say besides the questions, and who enters them."""
    survey = queries.get_survey(public_id)
    form = paper_settings_form(queries.show_paper_settings(survey))
    status = form.status
    now = None
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_paper_settings(survey, form.draft(), by=current_actor())
                sent.location = url_for(".paper", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Conflict:
            now, status = queries.show_paper_settings(survey), 409
            form.settings_version.data = str(now.version)
    rendered = render_template(
        "surveys/desk/paper_settings.html", survey=survey, form=form, now=now, is_stale=now is not None
    )
    return rendered, status


@bp.get("/<public_id>/paper/sheet.pdf")
@requires("surveys.read_desk")
def sheet(public_id: str) -> ResponseReturnValue:
    """The questionnaire as PDF, ordinary or large, in a version."""
    survey = queries.get_survey(public_id)
    version = whole_number(
        request.args.get("version"), least=1, most=survey.form_version, default=survey.form_version
    )
    is_large = request.args.get("print") == "large"
    link = full_url("surveys.show", public_id=public_id, sheet=version)
    sheet = queries.set_sheet(
        survey,
        issuer=current_app.config["SITE"]["ward"],
        link=link,
        folder=Path(current_app.config["DATA_DIR"]) / "papers",
        version=version,
        is_large=is_large,
    )
    response = Response(sheet)
    response.headers["Content-Type"] = "application/pdf"
    name = f"{public_id}-調査票-第{version}版{'-大活字' if is_large else ''}"
    response.headers["Content-Disposition"] = download_header(name, "pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/<public_id>/paper/print")
@requires("surveys.read_desk")
def print_sheet(public_id: str) -> ResponseReturnValue:
    """The questionnaire as a page to be printed from the browser."""
    survey = queries.get_survey(public_id)
    link = full_url("surveys.show", public_id=public_id, sheet=survey.form_version)
    sheet = queries.show_sheet(survey, issuer=current_app.config["SITE"]["ward"])
    return render_template(
        "surveys/desk/print_sheet.html",
        survey=survey,
        sections=sheet.sections,
        facts=sheet.facts,
        closing=sheet.closing,
        agreement=sheet.agreement,
        link=link,
        code=str(segno.make(link, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")),
        # Within the page: where the desk is served apart, it has no address of the public pages' pictures.
        pictures={
            name: f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
            for name, (kind, content) in queries.read_pictures(survey).items()
        },
    )


@bp.get("/<public_id>/paper/forms/<form_id>")
@requires("surveys.enter_paper")
def paper_form(public_id: str, form_id: str) -> ResponseReturnValue:
    """One form: what was typed, what it counts as, its scans."""
    survey = queries.get_survey(public_id)
    return _form_page(survey, queries.get_paper_form(survey, form_id))


@bp.route("/<public_id>/paper/forms/<form_id>/withdraw", methods=["GET", "POST"])
@requires("surveys.correct_paper")
def withdraw_paper(public_id: str, form_id: str) -> ResponseReturnValue:
    """Take a form out again."""
    survey = queries.get_survey(public_id)
    entered = queries.get_paper_form(survey, form_id)
    form = ReasonForm(data={"form_version_seen": str(entered.version)})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.withdraw_paper(survey, entered, form.reason.data, form.version, by=current_actor())
            sent.location = url_for(".paper_form", public_id=public_id, form_id=form_id)
        if sent.given:
            return sent.redirect()
    return _reason_page(
        survey,
        entered,
        form,
        title="入力を取り消す",
        lead="集計から外します。入力した内容と理由は記録に残ります。",
    )


@bp.post("/<public_id>/paper/forms/<form_id>/scans")
@requires("surveys.attach_scan")
def attach_scans(public_id: str, form_id: str) -> ResponseReturnValue:
    """Add scans to a form."""
    survey = queries.get_survey(public_id)
    entered = queries.get_paper_form(survey, form_id)
    form = ScansForm()
    uploads = uploads_of(form) if form.validate_on_submit() else None
    if uploads:
        for _, content in uploads:
            files.keep(content, SCANS)
        with one_submission(form) as sent:
            commands.attach_scans(entered, [checked for checked, _ in uploads], by=current_actor())
            sent.location = url_for(".paper_form", public_id=public_id, form_id=form_id, _anchor="scans")
        if sent.given:
            return sent.redirect()
    elif not form.files.errors:
        form.files.errors = ["写しのファイルを選んでください。"]
    return _form_page(survey, entered, form)


@bp.get("/<public_id>/paper/forms/<form_id>/scans/<scan_id>")
@requires("surveys.look_at_scan")
def look_at_scan(public_id: str, form_id: str, scan_id: str) -> Response:
    """Give a scan to a member of staff; the look is on record before a byte of it leaves."""
    with transaction():
        entered = queries.get_paper_form(queries.get_survey(public_id), form_id)
        scan = queries.get_paper_scan(entered, scan_id)
        commands.look_at_scan(entered, scan, by=current_actor())
        sha256, kind, name = scan.sha256, scan.kind, scan.name
    try:
        content = files.read(sha256, SCANS)
    except files.Lost as lost:
        raise NotFound("写しのファイルが見つからないか、壊れています。管理者に知らせてください。") from lost
    stem, _, ending = name.rpartition(".")
    return locked_up(content, MEDIA_TYPES[kind], download_header(stem, ending))


@bp.route("/<public_id>/paper/forms/<form_id>/scans/<scan_id>/remove", methods=["GET", "POST"])
@requires("surveys.attach_scan")
def remove_scan(public_id: str, form_id: str, scan_id: str) -> ResponseReturnValue:
    """Take a scan away that belongs to another form."""
    survey = queries.get_survey(public_id)
    entered = queries.get_paper_form(survey, form_id)
    scan = queries.get_paper_scan(entered, scan_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.remove_scan(entered, scan, form.reason.data, by=current_actor())
            sent.location = url_for(".paper_form", public_id=public_id, form_id=form_id, _anchor="scans")
        if sent.given:
            return sent.redirect()
    return _reason_page(
        survey, entered, form, title="写しを外す", lead=f"「{scan.name}」を外します。元に戻せません。"
    )


def _reason_page(
    survey: Survey, entered: PaperForm, form: ReasonForm, *, title: str, lead: str
) -> tuple[str, int]:
    rendered = render_template(
        "surveys/desk/paper_reason.html", survey=survey, entered=entered, form=form, heading=title, lead=lead
    )
    return rendered, form.status


def _form_page(survey: Survey, entered: PaperForm, scans_form: ScansForm | None = None) -> tuple[str, int]:
    questionnaire = queries.get_questionnaire(survey, version=entered.form_version)
    rendered = render_template(
        "surveys/desk/paper_form.html",
        survey=survey,
        entered=entered,
        typed=queries.show_typed(questionnaire, entered) if entered.status is not PaperStatus.WAITING else [],
        numbers=questionnaire.numbers(),
        scans=queries.list_paper_scans(entered),
        shown_kinds=SHOWN,
        staff=queries.names_of([entered.first_by_id, entered.second_by_id, entered.settled_by_id]),
        status_name=PAPER_STATUS_NAMES[entered.status],
        status_kind=STATUS_KINDS[entered.status],
        origins=ORIGIN_NAMES,
        form=scans_form,
        scans_form=scans_form or ScansForm(formdata=None),
    )
    return rendered, scans_form.status if scans_form else 200
