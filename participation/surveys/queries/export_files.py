"""Files of answers (回答のファイル): written whole or not at all, and found again by whoever asked for them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from participation.foundation import clock, files
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.papers import statistics_file
from participation.papers.files import CannotWrite, Form, write
from participation.surveys.domain.exports import EXPORT_FORMS, KEPT_HOURS, ExportForm, ExportStatus
from participation.surveys.models import AnswerExport, Survey
from participation.surveys.queries.exporting import (
    DataFile,
    answers_paper,
    json_pieces,
    statistics_rows,
    statistics_variables,
)

IN_WORDS = frozenset({ExportForm.CSV_WORDS, ExportForm.CSV_WORDS_CP932, ExportForm.XLSX_WORDS})
IN_CP932 = frozenset({ExportForm.CSV_CP932, ExportForm.CSV_WORDS_CP932})
MOST_LISTED = 10
#: The folder in which they lie.
ROOM = "survey-exports"


def write_export(file: DataFile, form: ExportForm, path: Path, *, issuer: str = "") -> str:
    """Write all answers in a form to `path`; return the signs that CP932 could not write, one for each time."""
    if form is ExportForm.SAV:
        with tempfile.TemporaryDirectory(prefix=".survey-", dir=_parent(path)) as folder:
            unfinished = Path(folder) / "unfinished"
            statistics_file.write(
                statistics_variables(file), statistics_rows(file), unfinished, title=file.page.survey.title
            )
            _put_in_place(unfinished, path)
    elif form is ExportForm.JSON:
        with tempfile.TemporaryDirectory(prefix=".survey-", dir=_parent(path)) as folder:
            unfinished = Path(folder) / "unfinished"
            _write(json_pieces(file), unfinished)
            _put_in_place(unfinished, path)
    else:
        paper = answers_paper(file, in_words=form in IN_WORDS, issuer=issuer)
        ending = Form(EXPORT_FORMS[form][2])
        return "".join(write(paper, ending, path, in_cp932=form in IN_CP932).lost.elements())
    return ""


def _parent(path: Path) -> Path:
    if not path.parent.is_dir() or path.is_dir():
        raise CannotWrite(
            f"「{path}」には書けません。フォルダがあることと、ファイルの名前を確かめてください。"
        )
    return path.parent


def _write(pieces: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)


def _put_in_place(unfinished: Path, path: Path) -> None:
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def telling(file: DataFile, tell: Callable[[int], None]) -> DataFile:
    """Return the same answers; whoever reads them tells how many rows there were so far."""
    return replace(file, tell=tell)


def export_path(export: AnswerExport) -> Path:
    """Return where the file of an export lies; only the program's own user reads it."""
    folder = files.folder_of(ROOM)
    return folder / f"{export.public_id}.{EXPORT_FORMS[export.form][2]}"


@dataclass(frozen=True)
class ExportRow:
    """A file that somebody asked for, in their list."""

    public_id: str
    form: ExportForm
    status: ExportStatus
    asked_at: datetime
    kept_until: datetime
    written: int
    whole: int
    size: int
    reason: str


def list_exports(survey: Survey, person_id: int | None) -> list[ExportRow]:
    """Return the files of a survey that somebody asked for, the newest first; nobody sees another's."""
    rows = db.session.scalars(
        select(AnswerExport)
        .where(AnswerExport.survey_id == survey.id, AnswerExport.asked_by_id == person_id)
        .order_by(AnswerExport.id.desc())
        .limit(MOST_LISTED)
    )
    return [
        ExportRow(
            each.public_id,
            each.form,
            each.status,
            each.asked_at,
            (each.finished_at or clock.now()) + timedelta(hours=KEPT_HOURS),
            each.written,
            each.whole,
            each.size,
            each.reason,
        )
        for each in rows
    ]


def get_export(survey: Survey, public_id: str, person_id: int | None) -> AnswerExport:
    """Return a file that this person asked for; raises NotFound for anybody else."""
    found = db.session.scalars(
        select(AnswerExport).where(
            AnswerExport.survey_id == survey.id,
            AnswerExport.public_id == public_id,
            AnswerExport.asked_by_id == person_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_export(export_id: int) -> AnswerExport | None:
    """Return an export by its id, or None."""
    return db.session.get(AnswerExport, export_id)
