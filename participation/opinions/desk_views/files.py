"""Taking opinions in from files, and giving the register out as one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from participation.consultations import queries as consultations
from participation.consultations.queries import Procedure
from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.opinions import commands, forms, queries
from participation.opinions.desk_views.register import View, bp
from participation.opinions.domain.importing import (
    COLUMN_NAMES,
    FILES_COLUMN,
    IMPORT_STATUS_NAMES,
    ImportColumn,
    ImportStatus,
    Unreadable,
)
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.submissions import one_submission

#: Lines with something wrong that are shown on the page; all of them are in the file of problems.
PROBLEMS_SHOWN = 100
STATUS_KINDS = {
    ImportStatus.WAITING: "wait",
    ImportStatus.RUNNING: "work",
    ImportStatus.DONE: "done",
    ImportStatus.DISCARDED: "stop",
}


@bp.route("/consultations/<code>/imports", methods=["GET", "POST"])
@requires("opinions.import")
def imports(code: str) -> View:
    """Upload a file; what was understood is shown before anything changes."""
    procedure = consultations.get_procedure(code)
    form = forms.import_form(consultations.list_subjects(procedure.consultation.id))
    if form.validate_on_submit():
        answer = _keep(procedure, form)
        if answer is not None:
            return answer
    return render_template(
        "opinions/desk/imports.html",
        procedure=procedure,
        form=form,
        kept=queries.list_imports(procedure.consultation.id),
        status_names=IMPORT_STATUS_NAMES,
        status_kinds=STATUS_KINDS,
    ), form.status


def _keep(procedure: Procedure, form: forms.ImportForm) -> Response | None:
    """Keep the file and lead to the preview; None: it cannot be read, and the form says why."""
    code = procedure.consultation.code
    try:
        content, options = form.content(), form.options()
        mapping = {ImportColumn(name): theirs for name, theirs in options["mapping"].items()}
        choices = queries.choices_for(procedure, options)
        reading = queries.read_import(form.filename(), content, mapping, choices)
    except Unreadable as refused:
        line = f"{refused.problem.line:,}行目：" if refused.problem.line else ""
        form.refuse(Refused(f"{line}{refused.problem.message}", field="document"))
        return None
    except Refused as refusal:
        form.refuse(refusal)
        return None
    preview = queries.preview_import(procedure.consultation.id, reading)
    with one_submission(form) as answer:
        held = consultations.hold_procedure(code)
        kept = commands.keep_import(
            held, form.filename(), content, options, reading, preview, by=current_actor()
        )
        answer.location = url_for(".show_import", public_id=kept.public_id)
    return answer.redirect() if answer.given else None


@bp.get("/imports/<public_id>")
@requires("opinions.import")
def show_import(public_id: str) -> str:
    """Show what an uploaded file would do, how far it is, or what became of it."""
    kept, consultation = queries.get_import(public_id)
    return render_template(
        "opinions/desk/import.html",
        kept=kept,
        consultation=consultation,
        procedure=consultations.get_procedure(consultation.code),
        form=forms.PlainForm(formdata=None),
        shown=kept.problems[:PROBLEMS_SHOWN],
        column_names=COLUMN_NAMES,
        status_name=IMPORT_STATUS_NAMES[kept.status],
        status_kind=STATUS_KINDS[kept.status],
    )


@bp.post("/imports/<public_id>")
@requires("opinions.import")
def confirm_import(public_id: str) -> View:
    """Take the file in: the work begins at once and goes on by itself."""
    return _change_import(public_id, commands.start_import)


@bp.post("/imports/<public_id>/discard")
@requires("opinions.import")
def discard_import(public_id: str) -> View:
    """Throw the file away."""
    return _change_import(public_id, commands.discard_import)


def _change_import(public_id: str, change: Any) -> View:
    form = forms.PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            kept, consultation = queries.get_import(public_id)
            change(kept, consultations.hold_procedure(consultation.code), by=current_actor())
            answer.location = url_for(".show_import", public_id=public_id)
        if answer.given:
            return answer.redirect()
    return show_import(public_id), form.status


@bp.get("/imports/<public_id>/problems.csv")
@requires("opinions.import")
def import_problems(public_id: str) -> Response:
    """Give the lines that were not taken in, with the reasons, as a file to work through."""
    kept, _ = queries.get_import(public_id)
    rows = [(each["line"], each["message"]) for each in kept.problems]
    return csv_response(f"取り込めない行-{public_id}.csv", as_text(["行", "理由"], rows))


@bp.get("/consultations/<code>/submissions/export.csv")
@requires("opinions.export")
def export(code: str) -> Response:
    """Give the register as it was handed in, in the columns of an import."""
    with transaction():
        consultation = consultations.get_consultation(code)
        commands.note_export(consultation, by=current_actor())
    encoding = "cp932" if request.args.get("encoding") == "cp932" else "utf-8"
    header = [*(COLUMN_NAMES[each] for each in ImportColumn), FILES_COLUMN]
    text = as_text(header, queries.export_originals(consultation.id))
    return csv_response(f"提出-{code}-{clock.today().isoformat()}.csv", text, encoding=encoding)
