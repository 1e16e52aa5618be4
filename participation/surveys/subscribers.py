"""What surveys does at start-up: the page of a consultation leads to its surveys; covered words are covered here too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, current_app

from participation.access.actors import system
from participation.consultations.domain import offer_ways
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged, WordsCovered
from participation.foundation import events, files
from participation.foundation.db import db, transaction
from participation.foundation.table_files import BadTable
from participation.jobs import queue, retention
from participation.papers.files import CannotWrite
from participation.papers.statistics_file import NotSaved
from participation.surveys import commands, queries
from participation.surveys.commands import Taken
from participation.surveys.commands.exporting import WRITE
from participation.surveys.commands.importing import ROOM, TAKE_IN
from participation.surveys.domain import EVERYBODY
from participation.surveys.domain.answer_files import AnswerImportStatus, FileAnswer, FileProblem
from participation.surveys.domain.exports import ExportStatus
from participation.surveys.models import AnswerExport, Survey

#: How long something begun is kept after it was last saved (書きかけの保存).
DRAFT_DAYS = 90


def register(app: Flask) -> None:
    """Offer the surveys as ways to take part in a consultation, and listen."""
    offer_ways("surveys", queries.ways_into)
    events.subscribe(WordsCovered, words_covered)
    events.subscribe(VisibilityChanged, words_erased)


def words_covered(event: WordsCovered) -> None:
    """Keep the answer the same as what the register shows of it."""
    commands.cover_words(event.contribution_id, event.texts, by=system("surveys"))


def words_erased(event: VisibilityChanged) -> None:
    """Erase the same words in the answer."""
    if event.after is Visibility.ERASED:
        commands.erase_words(event.contribution_id, by=system("surveys"))


@retention.kept_for("survey_drafts", DRAFT_DAYS, "アンケートの書きかけ（最後の保存から）")
def _forget_drafts(before: datetime) -> int:
    return commands.forget_drafts(before, by=system("surveys"))


@retention.kept_for("survey_files", 1, "送られなかった添付ファイル（書きかけにも回答にもないもの）")
def _forget_files(before: datetime) -> int:
    return commands.forget_files(before, by=system("surveys"))


@retention.kept_for("survey_code_attempts", 1, "招待の番号のまちがい")
def _forget_code_attempts(before: datetime) -> int:
    return commands.forget_code_attempts(before, by=system("surveys"))


@retention.kept_for("survey_exports", 1, "職員が頼んだ回答の書き出しのファイル")
def _forget_exports(before: datetime) -> int:
    return commands.forget_exports(before, by=system("surveys"))


@queue.handler(WRITE)
def write_export(payload: dict[str, Any]) -> None:
    """Write a file of answers that somebody asked for; begun anew after a stop, and never by two at once."""
    by = system("surveys")
    export_id = payload["export"]
    export = queries.find_export(export_id)
    if export is None or export.status not in (ExportStatus.WAITING, ExportStatus.RUNNING):
        return
    page = queries.show_survey(db.session.get_one(Survey, export.survey_id))
    whole = queries.count_answers(page.survey).get(("", EVERYBODY), 0)
    with transaction():
        commands.start_export(*_exported(export_id), whole, by=by)

    def tell(number: int) -> None:
        with transaction():
            commands.note_export(*_exported(export_id), number, by=by)

    form, path = export.form, queries.export_path(export)
    file = queries.telling(queries.data_file(queries.show_survey(page.survey)), tell)
    try:
        queries.write_export(file, form, path, issuer=current_app.config["SITE"]["ward"])
    except (CannotWrite, NotSaved) as error:
        with transaction():
            commands.fail_export(*_exported(export_id), str(error), by=by)
        return
    path.chmod(0o600)
    with transaction():
        commands.finish_export(*_exported(export_id), path.stat().st_size, by=by)


def _exported(export_id: int) -> tuple[Survey, AnswerExport]:
    export = db.session.get_one(AnswerExport, export_id)
    return db.session.get_one(Survey, export.survey_id), export


@queue.handler(TAKE_IN)
def take_in(payload: dict[str, Any]) -> None:
    """Take a confirmed file of answers in, portion by portion; begun again after a stop, nothing is added twice."""
    found, by = queries.find_answer_import(payload["import"]), system("surveys")
    if found is None or found[0].status is not AnswerImportStatus.RUNNING or found[0].sha256 is None:
        return
    kept, survey = found
    name = found[0].sha256
    problems: list[FileProblem] = []
    count = 0
    try:
        opened = queries.open_answers(survey, files.read(name, ROOM))
        with transaction():  # What this file added before a stop will be found again as known.
            commands.note_import(survey, kept, Taken(0, -kept.added - kept.skipped), by=by)
        for portion in opened.portions:
            wrong = [each for each in portion if isinstance(each, FileProblem)]
            count += len(wrong)
            problems.extend(wrong[: queries.MOST_PROBLEMS - len(problems)])
            with transaction():
                answers = [each for each in portion if isinstance(each, FileAnswer)]
                commands.note_import(survey, kept, commands.import_answers(survey, answers, by=by), by=by)
    except (BadTable, files.Lost) as error:
        count += 1
        problems.append(FileProblem(None, f"ファイルを読めませんでした。{error}"))
    with transaction():
        commands.finish_import(survey, kept, problems, count, by=by)
