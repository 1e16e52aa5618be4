"""Answers from a file: uploaded, looked at, confirmed."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import files
from participation.foundation.csv_text import as_text
from participation.foundation.errors import Refused
from participation.foundation.table_files import BadTable
from participation.surveys import commands, queries
from participation.surveys.commands.importing import ROOM
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.answer_files import AnswerImportStatus
from participation.surveys.domain.columns import BEFORE
from participation.surveys.forms import PlainForm
from participation.surveys.forms.importing import AnswersFileForm
from participation.surveys.models import AnswerImport, Survey
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.submissions import one_submission

PROBLEMS_SHOWN = 100
IMPORT_NAMES = {
    AnswerImportStatus.WAITING: "確認待ち",
    AnswerImportStatus.RUNNING: "取り込み中",
    AnswerImportStatus.DONE: "取り込み済み",
    AnswerImportStatus.DISCARDED: "取り込まずに消した",
}


@bp.route("/<public_id>/import", methods=["GET", "POST"])
@requires("surveys.import_answers")
def import_answers(public_id: str) -> ResponseReturnValue:
    """Upload a file; what was understood is shown before anything changes."""
    survey = queries.get_public_survey(public_id)
    form = AnswersFileForm()
    if form.validate_on_submit():
        name, content = form.content()
        try:
            preview = queries.preview_answers(survey, content)
        except BadTable as wrong:
            line = f"{wrong.line:,}行目：" if wrong.line else ""
            form.refuse(Refused(line + wrong.message, field="document"))
        else:
            kept_as = files.keep(content, ROOM)
            with one_submission(form) as sent:
                kept = commands.keep_import(survey, name, kept_as, preview, by=current_actor())
                sent.location = url_for(".show_import", public_id=public_id, import_id=kept.public_id)
            if sent.given:
                return sent.redirect()
    rendered = render_template(
        "surveys/desk/import.html",
        survey=survey,
        form=form,
        kept=queries.list_answer_imports(survey),
        names=IMPORT_NAMES,
    )
    return rendered, form.status


@bp.get("/<public_id>/import/<import_id>")
@requires("surveys.import_answers")
def show_import(public_id: str, import_id: str) -> ResponseReturnValue:
    """Show what a file would add, how far it is, or what became of it."""
    survey = queries.get_public_survey(public_id)
    kept = queries.get_answer_import(survey, import_id)
    return render_template(
        "surveys/desk/import_shown.html",
        survey=survey,
        kept=kept,
        form=PlainForm(),
        status_name=IMPORT_NAMES[kept.status],
        shown=kept.problems[:PROBLEMS_SHOWN],
        meanings=BEFORE,
    )


@bp.post("/<public_id>/import/<import_id>/confirm")
@requires("surveys.import_answers")
def confirm_import(public_id: str, import_id: str) -> ResponseReturnValue:
    """Take a file in."""
    return _press(public_id, import_id, commands.start_import)


@bp.post("/<public_id>/import/<import_id>/discard")
@requires("surveys.import_answers")
def discard_import(public_id: str, import_id: str) -> ResponseReturnValue:
    """Throw a file away."""
    return _press(public_id, import_id, commands.discard_import)


@bp.get("/<public_id>/import/<import_id>/problems.csv")
@requires("surveys.import_answers")
def import_problems(public_id: str, import_id: str) -> ResponseReturnValue:
    """The lines that cannot be taken in, as a file."""
    kept = queries.get_answer_import(queries.get_public_survey(public_id), import_id)
    text = as_text(["行", "理由"], ([line, message] for line, message in kept.problems))
    return csv_response(f"取り込めない行-{kept.public_id}.csv", text)


def _press(public_id: str, import_id: str, act: Callable[..., None]) -> ResponseReturnValue:
    survey: Survey = queries.get_public_survey(public_id)
    kept: AnswerImport = queries.get_answer_import(survey, import_id)
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            act(survey, kept, by=current_actor())
            sent.location = url_for(".show_import", public_id=public_id, import_id=import_id)
        if sent.given:
            return sent.redirect()
    raise Refused("画面を開き直して、もう一度押してください。")
