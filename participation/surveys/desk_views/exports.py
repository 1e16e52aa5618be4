"""Taking the answers out, for staff: every way of taking them out is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.csv_text import BOM, csv_line, to_cp932
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.papers import statistics_file
from participation.papers.files import Form
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import EVERYBODY
from participation.surveys.domain.exports import EXPORT_FORMS, EXPORT_STATUS_NAMES, ExportForm
from participation.surveys.forms import ExportFileForm
from participation.surveys.queries import DataFile, SurveyPage
from participation.web.access import current_actor, requires
from participation.web.downloads import download_header
from participation.web.paper_files import private_paper
from participation.web.submissions import one_submission

#: More answers than this are written as Excel or SPSS files in the background only: it takes minutes.
MOST_AT_ONCE = 20_000
TOO_MANY = (
    f"回答が{MOST_AT_ONCE:,}件を超えるため、すぐには作れません。「ファイルを作っておく」から頼んでください。"
)
PIECE = 64 * 1024
JSON_TYPE, SAV_TYPE = "application/json", "application/x-spss-sav"


@bp.get("/<public_id>/exports")
@requires("surveys.export")
def exports(public_id: str) -> ResponseReturnValue:
    """In which forms the answers can be taken out, and the files that the reader asked for."""
    return _page(queries.show_survey(queries.get_public_survey(public_id)), ExportFileForm())


@bp.post("/<public_id>/exports")
@requires("surveys.export")
def ask_for_export(public_id: str) -> ResponseReturnValue:
    """Ask for a file that is made in the background."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = ExportFileForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.ask_for_export(page.survey, ExportForm(form.kind.data), by=current_actor())
            sent.location = url_for(".exports", public_id=public_id, _anchor="files")
        if sent.given:
            return sent.redirect()
    return _page(page, form), form.status


@bp.get("/<public_id>/exports/<export_id>")
@requires("surveys.export")
def fetch_export(public_id: str, export_id: str) -> ResponseReturnValue:
    """The file, for whoever asked for it and nobody else."""
    survey = queries.get_public_survey(public_id)
    with transaction():
        export = queries.get_export(survey, export_id, current_actor().person_id)
        commands.fetch_export(queries.get_public_survey(public_id), export, by=current_actor())
    path = queries.export_path(export)
    if not path.is_file():
        raise NotFound("ファイルがありません。もう一度頼んでください。")
    name = f"アンケート回答-{survey.code or survey.public_id}"
    response = Response(_read(path), content_type="application/octet-stream", direct_passthrough=True)
    response.content_length = path.stat().st_size
    response.headers["Content-Disposition"] = download_header(name, EXPORT_FORMS[export.form][2])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(path: Path) -> Iterator[bytes]:
    """Opened with the first piece: for an answer without a body nothing is."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _page(page: SurveyPage, form: ExportFileForm) -> str:
    file = queries.data_file(page)
    return render_template(
        "surveys/desk/exports.html",
        page=page,
        form=form,
        files=queries.list_exports(page.survey, current_actor().person_id),
        form_names=EXPORT_FORMS,
        status_names=EXPORT_STATUS_NAMES,
        count=_count(page),
        most=MOST_AT_ONCE,
        column_count=len(file.header),
        weighted=file.run_id is not None,
    )


@bp.get("/<public_id>/answers.csv")
@requires("surveys.export")
def export(public_id: str) -> ResponseReturnValue:
    """All answers as CSV, line by line: codes, or words; UTF-8 or CP932."""
    file = _file(public_id, "csv")
    in_words = request.args.get("words") == "1"
    if request.args.get("encoding") == "cp932":
        return _sent(_name(file), "csv", "text/csv; charset=Shift_JIS", map(to_cp932, _lines(file, in_words)))
    return _sent(_name(file), "csv", "text/csv; charset=utf-8", _encoded(_with_mark(_lines(file, in_words))))


@bp.get("/<public_id>/answers.json")
@requires("surveys.export")
def export_json(public_id: str) -> ResponseReturnValue:
    """All answers as JSON, piece by piece."""
    file = _file(public_id, "json")
    return _sent(_name(file), "json", JSON_TYPE, _encoded(queries.json_pieces(file)))


@bp.get("/<public_id>/answers.xlsx")
@requires("surveys.export")
def export_xlsx(public_id: str) -> ResponseReturnValue:
    """All answers as an Excel file, with a sheet that says what the columns mean."""
    file = _file(public_id, "xlsx", most=MOST_AT_ONCE)
    return private_paper(queries.answers_paper(file, in_words=request.args.get("words") == "1"), Form.XLSX)


@bp.get("/<public_id>/answers.sav")
@requires("surveys.export")
def export_sav(public_id: str) -> ResponseReturnValue:
    """All answers as a file for SPSS, with labels."""
    file = _file(public_id, "sav", most=MOST_AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="survey-", dir=_folder()) as folder:
        path = Path(folder) / "answers.sav"
        title = file.page.survey.title
        statistics_file.write(
            queries.statistics_variables(file), queries.statistics_rows(file), path, title=title
        )
        body = path.read_bytes()
    return _sent(_name(file), "sav", SAV_TYPE, iter([body]))


@bp.get("/<public_id>/report.<any(pdf, docx, html):form>")
@requires("surveys.export")
def report(public_id: str, form: str) -> ResponseReturnValue:
    """The figures as a paper, with how to read them."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    with transaction():
        commands.record_export(page.survey, what=f"report.{form}", by=current_actor())
    address = url_for("surveys_desk.results", public_id=public_id, _external=True)
    paper = queries.report_paper(page, issuer=current_app.config["SITE"]["ward"], address=address)
    return private_paper(paper, Form(form))


def _file(public_id: str, what: str, *, most: int | None = None) -> DataFile:
    page = queries.show_survey(queries.get_public_survey(public_id))
    if most is not None and _count(page) > most:
        raise Refused(TOO_MANY)
    with transaction():
        commands.record_export(page.survey, what=what, by=current_actor())
    return queries.data_file(queries.show_survey(queries.get_public_survey(public_id)))


def _count(page: SurveyPage) -> int:
    return queries.count_answers(page.survey).get(("", EVERYBODY), 0)


def _name(file: DataFile) -> str:
    return f"アンケート回答-{file.page.survey.code or file.page.survey.public_id}"


def _folder() -> Path:
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _lines(file: DataFile, in_words: bool) -> Iterator[str]:
    yield csv_line(file.titles if in_words else file.header)
    for row in file.rows(in_words=in_words):
        yield csv_line([f"{cell:g}" if isinstance(cell, float) else cell for cell in row])


def _with_mark(lines: Iterable[str]) -> Iterator[str]:
    yield BOM
    yield from lines


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)


def _sent(name: str, ending: str, content_type: str, pieces: Iterator[bytes]) -> Response:
    """Send a file piece by piece, in portions worth sending."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(_in_portions(app, pieces), content_type=content_type)
    response.headers["Content-Disposition"] = download_header(name, ending)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _in_portions(app: Flask, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each portion is read in a context of its own: none is open while the reader takes their time."""
    is_over = False
    while not is_over:
        portion = bytearray()
        with app.app_context():
            while len(portion) < PIECE and not is_over:
                piece = next(pieces, None)
                is_over = piece is None
                portion += piece or b""
        yield bytes(portion)
