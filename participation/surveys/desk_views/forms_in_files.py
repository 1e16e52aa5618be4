"""Questionnaires as files: taking an XLSForm in after looking at it, giving one out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock, files
from participation.foundation.errors import NotFound, Refused
from participation.subjects import queries as subjects
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.outline import outline_of
from participation.surveys.domain.xlsform import CannotExpress, Form
from participation.surveys.domain.xlsform.workbooks import MEDIA_TYPE, read_workbook, write_workbook
from participation.surveys.forms import CopyForm, SheetForm
from participation.surveys.models import SheetUpload
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/import", methods=["GET", "POST"])
@requires("surveys.draft")
def import_form() -> ResponseReturnValue:
    """Choose a file; nothing is made of it before somebody has looked."""
    form = SheetForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            upload = commands.upload_sheet(form.filename(), form.content(), by=current_actor())
            sent.location = url_for(".look_at_form", upload_id=upload.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("surveys/desk/form_file_import.html", form=form), form.status


@bp.route("/import/<upload_id>", methods=["GET", "POST"])
@requires("surveys.draft")
def look_at_form(upload_id: str) -> ResponseReturnValue:
    """What would come of a file, or every cell that is wrong; then, on request, the survey."""
    upload = queries.get_upload(upload_id)
    reading = read_workbook(_content(upload))
    form = _import_form(reading.form.title if reading.form else "")
    if reading.form is not None and form.validate_on_submit():
        with one_submission(form) as sent:
            draft = form.draft_of_form(reading.form)
            draft = replace(draft, code=queries.free_code(draft.code))
            questionnaire = reading.form.questionnaire
            survey = commands.draft_from_upload(upload, draft, questionnaire, by=current_actor())
            sent.location = url_for(".show", public_id=survey.public_id)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/import_preview.html",
        upload=upload,
        reading=reading,
        outline=outline_of(reading.form.questionnaire) if reading.form else None,
        form=form,
    )
    return rendered, form.status if reading.form else 422


@bp.get("/<public_id>/form.xlsx")
@requires("surveys.read_desk")
def form_file(public_id: str) -> Response:
    """The questionnaire as an XLSForm, to be used elsewhere or taken in again."""
    survey = queries.get_survey(public_id)
    form = Form(
        queries.get_questionnaire(survey),
        title=survey.title,
        code=survey.code or "",
        intro=survey.intro,
        layout=survey.layout,
        easy=survey.easy,
    )
    try:
        content = write_workbook(form)
    except CannotExpress as reason:
        raise Refused(f"この調査票はXLSFormで書き出せません。{reason}") from reason
    response = Response(content, mimetype=MEDIA_TYPE)
    name = quote(f"調査票-{survey.code or survey.public_id}.xlsx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _import_form(title: str) -> CopyForm:
    today = clock.today()
    start = {"title": title, "opens_on": today, "closes_on": today + timedelta(days=14)}
    return CopyForm(data=start).offer(subjects.list_open_choices())


def _content(upload: SheetUpload) -> bytes:
    try:
        return files.read(upload.file_hash)
    except files.Lost as lost:
        raise NotFound from lost
